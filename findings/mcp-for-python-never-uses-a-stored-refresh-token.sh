#!/usr/bin/env bash
# After a restart, the client of the Model Context Protocol for Python does not use the refresh token that it has stored: the
# stored `expires_in` has no moment from which to count, so it takes the access token for valid, and at the 401 it sends the
# user to the sign-in page, without a refresh. One would expect a storage with a refresh token to be there for just that. So a
# program that is started once a day signs in once a day, however long the refresh token lives. While it runs, one 503 at a
# refresh sends the user to the sign-in page too. Needs python3 with venv, and PyPI.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check mcp==2.3.0 httpx2==2.16.2
cat > check.py <<'PYTHON'
import asyncio
import json
import logging
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import version
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import httpx2
from mcp.client.auth import AuthorizationCodeResult, OAuthClientProvider
from mcp.shared.auth import OAuthClientInformationFull, OAuthClientMetadata

logging.disable()
seen = []
tokens = 0
busy = False

class Server(BaseHTTPRequestHandler):
    """The MCP server and its authorization server. It accepts the newest access token, for a second, and each refresh token."""

    def respond(self, status, value):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        if "oauth-protected-resource" in self.path:
            self.respond(200, {"resource": url, "authorization_servers": [url]})
        elif "oauth-authorization-server" in self.path:
            endpoints = {"authorization_endpoint": f"{url}/authorize", "token_endpoint": f"{url}/token"}
            pkce = {"code_challenge_methods_supported": ["S256"]}
            self.respond(200, {"issuer": url, **endpoints, **pkce, "response_types_supported": ["code"]})
        else:
            status = 200 if self.headers["authorization"] == f"Bearer {tokens}" else 401
            seen.append(f"call {status}")
            self.respond(status, {})

    def do_POST(self):
        global tokens
        grant = parse_qs(self.rfile.read(int(self.headers["content-length"])).decode())["grant_type"][0]
        if busy and grant == "refresh_token":
            seen.append(f"{grant} 503")
            return self.respond(503, {})
        seen.append(f"{grant} 200")
        tokens += 1
        self.respond(200, {"access_token": str(tokens), "token_type": "Bearer", "expires_in": 1, "refresh_token": "refresh"})

    def log_message(self, *_):
        pass

class Storage:
    tokens = None

    async def get_tokens(self):
        return self.tokens

    async def set_tokens(self, tokens):
        self.tokens = tokens

    async def get_client_info(self):
        return OAuthClientInformationFull(client_id="shop", redirect_uris=["https://shop.example/"], issuer=url)

async def show_sign_in(address):
    global state
    seen.append("sign-in page")
    state = parse_qs(urlsplit(address).query)["state"][0]

async def signed_in():
    return AuthorizationCodeResult(code="code", state=state)

def start(storage):
    metadata = OAuthClientMetadata(redirect_uris=["https://shop.example/"])
    return httpx2.AsyncClient(auth=OAuthClientProvider(url, metadata, storage, show_sign_in, signed_in))

async def call(client):
    global tokens
    seen.clear()
    await client.get(f"{url}/mcp")
    # The access token ends, for the client and for the server.
    await asyncio.sleep(1.1)
    tokens += 1
    return ", ".join(seen)

async def check():
    global busy
    storage = Storage()
    process = start(storage)
    found = [await call(process), await call(process)]
    found.append(await call(start(storage)))
    busy = True
    found.append(await call(process))
    return found

server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
url = f"http://127.0.0.1:{server.server_port}"
Thread(target=server.serve_forever, daemon=True).start()
found = asyncio.run(check())
print("mcp", version("mcp"), "at a server with access tokens of one second, and a refresh token that does not end")
steps = ["the first call", "a later call of the same process", "the first call after a restart", "a call with one 503 at the refresh"]
for step, requests in zip(steps, found):
    print(f"{step}: {requests}")
sign_in = "call 401, sign-in page, authorization_code 200, call 200"
expected = [sign_in, "refresh_token 200, call 200", sign_in, f"refresh_token 503, {sign_in}"]
assert found == expected, "the behaviour has changed"
PYTHON
env/bin/python check.py
