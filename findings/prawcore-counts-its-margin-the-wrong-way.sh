#!/usr/bin/env bash
# prawcore, which gets the tokens for PRAW, takes an access token for valid until ten seconds after its end. Up to version 2, it
# was ten seconds before it; version 3 counts in nanoseconds, and adds the margin that was subtracted. So `is_valid()`, by which
# the library itself decides whether to refresh, is true for a token that the server refuses with 401. One would expect a
# margin to end early. Needs python3 with venv, and PyPI.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
cat > check.py <<'PYTHON'
import json
import sys
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.metadata import version
from threading import Thread

import prawcore

class Server(BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["content-length"]))
        tokens = {"access_token": "access", "token_type": "bearer", "expires_in": int(sys.argv[1]), "scope": "read"}
        body = json.dumps(tokens).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass

server = HTTPServer(("127.0.0.1", 0), Server)
Thread(target=server.serve_forever, daemon=True).start()
url = f"http://127.0.0.1:{server.server_port}"
if version("prawcore").startswith("2."):
    requestor = prawcore.Requestor("a check of lifetimes", url, url)
    shop = prawcore.Authorizer(prawcore.TrustedAuthenticator(requestor, "shop", "secret"), refresh_token="refresh")
else:
    requestor = prawcore.Requestor(user_agent="a check of lifetimes", oauth_url=url, reddit_url=url)
    authenticator = prawcore.TrustedAuthenticator(client_id="shop", client_secret="secret", requestor=requestor)
    shop = prawcore.Authorizer(authenticator=authenticator, refresh_token="refresh")
begin = time.monotonic()
shop.refresh()
while shop.is_valid():
    time.sleep(0.1)
seconds = round(time.monotonic() - begin)
print(f"prawcore {version('prawcore')}: a token that lives {sys.argv[1]} seconds is valid for {seconds}")
assert seconds == int(sys.argv[2]), "the behaviour has changed"
PYTHON
for check in 2.4.0=2 4.0.0=22; do
  python3 -m venv "${check%=*}"
  "${check%=*}/bin/pip" install --quiet --disable-pip-version-check "prawcore==${check%=*}"
  "${check%=*}/bin/python" check.py 12 "${check#*=}"
done
