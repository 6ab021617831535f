#!/usr/bin/env bash
# When a token of httpx_auth or requests_auth ends, one of five parallel requests refreshes it, and the other four sign in anew
# with the password, one after the other: the expired entry is taken out of the cache before the refresh, so that they find
# none, and nobody looks again after it got the lock. The cache has a lock named for just that
# (`_forbid_concurrent_missing_token_function_call`), so one would expect one token request. Five sessions are left on the
# server, four refresh tokens are lost, and the requests wait for five exchanges in a row. A server with guests, where each
# sign-in makes a new visitor (OroCommerce), has five visitors with a cart each. Needs python3 with venv, and PyPI.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check httpx_auth==0.23.1 httpx==0.28.1 requests_auth==8.0.0 requests==2.34.2
cat > check.py <<'PYTHON'
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import version
from urllib.parse import parse_qs

import httpx
import httpx_auth
import requests
import requests_auth

class Handler(BaseHTTPRequestHandler):
    """Hands out tokens after a second, in which all five requests ask for one."""

    def do_POST(self):
        form = parse_qs(self.rfile.read(int(self.headers["content-length"])).decode())
        grants.append(form["grant_type"][0])
        time.sleep(1)
        body = {"access_token": f"access {len(grants)}", "token_type": "Bearer", "refresh_token": f"refresh {len(grants)}"}
        self.answer(json.dumps({**body, "expires_in": lifetime}).encode())

    def do_GET(self):
        self.answer(b"")

    def answer(self, body):
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass

server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
url = f"http://127.0.0.1:{server.server_port}/"

found = {}
for name, module, client in [("httpx_auth", httpx_auth, httpx.Client()), ("requests_auth", requests_auth, requests.Session())]:
    # The lead time is 30 s, so that a token of 20 s has to be refreshed at once.
    grants, lifetime = [], 20
    auth = module.OAuth2ResourceOwnerPasswordCredentials(url + "token", "ada", "sesame")
    client.get(url, auth=auth)
    grants.clear()
    lifetime = 3600
    threads = [threading.Thread(target=client.get, args=[url], kwargs={"auth": auth}) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found[name] = sorted(grants)
    print(f"{name} {version(name)}: five parallel requests with an expired token have sent {', '.join(sorted(grants))}")
expected = ["password"] * 4 + ["refresh_token"]
assert list(found.values()) == [expected, expected], "the behaviour has changed"
PYTHON
env/bin/python check.py
