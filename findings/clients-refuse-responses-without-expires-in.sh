#!/usr/bin/env bash
# Three libraries for clients refuse a token response that has no `expires_in`, which RFC 6749 section 5.1 recommends but does
# not require, and which servers with tokens that do not end by themselves leave out: httpx_auth and requests_auth then take
# the access token for a JWT and fail to split it, aiohttp_oauth2_client fails although it declares the member optional. The
# errors are ValueError and KeyError, which no handler of OAuth errors catches. The server has granted the request by then:
# each try leaves one more session, and a refresh token that it has used is lost. Authlib and google-auth accept such a
# response. Needs python3 with venv, and PyPI.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check httpx_auth==0.23.1 httpx==0.28.1 requests_auth==8.0.0 requests==2.34.2 \
  aiohttp_oauth2_client==2.0.1 Authlib==1.9.10 google-auth==2.63.0
cat > check.py <<'PYTHON'
import asyncio
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import version

import httpx
import httpx_auth
import requests
import requests_auth
from aiohttp_oauth2_client.grant.resource_owner_password_credentials import ResourceOwnerPasswordCredentialsGrant
from authlib.integrations.requests_client import OAuth2Session
from google.auth.transport.requests import Request
from google.oauth2.credentials import Credentials

class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["content-length"]))
        body = json.dumps({"access_token": "access", "token_type": "Bearer", "refresh_token": "refresh"}).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass

server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
url = f"http://127.0.0.1:{server.server_port}/token"

async def with_aiohttp():
    async with ResourceOwnerPasswordCredentialsGrant(token_url=url, username="ada", password="sesame") as grant:
        await grant.fetch_token()

def with_google():
    Credentials(None, refresh_token="refresh", token_uri=url, client_id="shop", client_secret="secret").refresh(Request())

def of(module):
    return module.OAuth2ResourceOwnerPasswordCredentials(url, "ada", "sesame")

ways = {
    "httpx_auth": lambda: httpx.post(url, data={}, auth=of(httpx_auth)),
    "requests_auth": lambda: requests.post(url, data={}, auth=of(requests_auth)),
    "aiohttp_oauth2_client": lambda: asyncio.run(with_aiohttp()),
    "Authlib": lambda: OAuth2Session("shop").fetch_token(url, username="ada", password="sesame", grant_type="password"),
    "google-auth": with_google,
}
found = []
for name, run in ways.items():
    try:
        run()
        found.append("accepted")
    except (ValueError, KeyError) as error:
        found.append(f"{type(error).__name__}: {error}")
    print(f"{name} {version(name)}, a token response without expires_in: {found[-1]}")
split = "ValueError: not enough values to unpack (expected 3, got 1)"
assert found == [split, split, "KeyError: 'expires_in'", "accepted", "accepted"], "the behaviour has changed"
PYTHON
env/bin/python check.py
