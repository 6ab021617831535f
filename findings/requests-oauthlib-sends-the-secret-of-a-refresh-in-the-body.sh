#!/usr/bin/env bash
# requests-oauthlib sends the client's credentials of a sign-in by the Basic scheme, and those of a refresh in the body. A
# server that takes Basic alone (RFC 6749 section 2.3.1 asks it for no more) accepts each sign-in and refuses each refresh.
# With `auth=("shop", "secret")` the refresh uses Basic too. Needs python3 with venv, and PyPI.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check requests-oauthlib==2.0.0 oauthlib==4.0.1
cat > check.py <<'PYTHON'
import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.metadata import version
from urllib.parse import parse_qs

from oauthlib.oauth2 import LegacyApplicationClient
from requests_oauthlib import OAuth2Session

found = []

class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        form = parse_qs(self.rfile.read(int(self.headers["content-length"])).decode())
        places = ["Basic"] * ("authorization" in self.headers) + ["body"] * ("client_secret" in form)
        found.append((form["grant_type"][0], " and ".join(places)))
        tokens = {"access_token": "access", "token_type": "Bearer", "expires_in": 3600, "refresh_token": "refresh"}
        content = json.dumps(tokens).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_):
        pass

server = HTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
url = f"http://127.0.0.1:{server.server_port}/"
session = OAuth2Session(client=LegacyApplicationClient("shop"))
client = {"client_id": "shop", "client_secret": "secret"}
session.fetch_token(url, username="ada", password="sesame", **client)
session.refresh_token(url, **client)
session.refresh_token(url, auth=("shop", "secret"))

print("requests-oauthlib", version("requests-oauthlib"), "with oauthlib", version("oauthlib"))
for grant, places in found:
    print(f"{grant}: the secret is in {places}")
assert found == [("password", "Basic"), ("refresh_token", "body"), ("refresh_token", "Basic")], "the behaviour has changed"
PYTHON
OAUTHLIB_INSECURE_TRANSPORT=1 env/bin/python check.py
