#!/usr/bin/env bash
# Authlib decodes the percent signs of form-encoded Basic credentials (RFC 6749 section 2.3.1) but leaves each plus, so that
# a space in a client secret arrives only as %20. Needs python3 with venv, and PyPI.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check Authlib==1.9.10
env/bin/python - <<'PYTHON'
import base64
from importlib.metadata import version
from authlib.oauth2.rfc6749.util import extract_basic_authorization

def secret_of(encoded):
    pair = base64.b64encode(f"shop:{encoded}".encode()).decode()
    return extract_basic_authorization({"Authorization": f"Basic {pair}"})[1]

print("Authlib", version("Authlib"))
found = {encoded: secret_of(encoded) for encoded in ("open+sesame", "open%20sesame", "open%3Asesame")}
for encoded, decoded in found.items():
    print(f"{encoded} is read as {decoded!r}")
assert list(found.values()) == ["open+sesame", "open sesame", "open:sesame"], "the behaviour has changed"
PYTHON
