#!/usr/bin/env bash
# Starlette 1 stores a session only if a member of the session itself was set. A change further in, such as
# `request.session["tokens"]["refresh_token"] = ...` after a refresh, is lost without a word: the next request has the used
# refresh token again. Starlette 0.52 stored the session at each response, so that every such change arrived, and nothing
# fails at the update. FastAPI has the sessions of Starlette. `request.session["tokens"] = {**tokens, ...}` arrives in both.
# Needs python3 with venv, and PyPI.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
python3 -m venv env
cat > check.py <<'PYTHON'
import sys
from importlib.metadata import version

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

async def sign_in(request):
    request.session["tokens"] = {"access_token": "access", "refresh_token": "first"}
    return PlainTextResponse()

async def refresh(request):
    request.session["tokens"]["refresh_token"] = "second"
    return PlainTextResponse()

async def token(request):
    return PlainTextResponse(request.session["tokens"]["refresh_token"])

routes = [Route(f"/{handle.__name__}", handle) for handle in (sign_in, refresh, token)]
client = TestClient(Starlette(routes=routes, middleware=[Middleware(SessionMiddleware, secret_key="key")]))
client.get("/sign_in")
client.get("/refresh")
found = client.get("/token").text
print(f"Starlette {version('starlette')}: after a refresh, the session has the {found} token")
assert found == sys.argv[1], "the behaviour has changed"
PYTHON
for check in 0.52.1=second 1.10.0=first; do
  env/bin/pip install --quiet --disable-pip-version-check starlette==${check%=*} httpx==0.28.1 itsdangerous==2.2.0
  env/bin/python -W ignore check.py ${check#*=}
done
