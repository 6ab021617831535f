#!/usr/bin/env bash
# Four libraries for clients read `expires_in: 0` as if the response named no lifetime, so that a token which has already
# expired never expires. RFC 6749 appendix A.14 allows the number, and a server that hands out the rest of a lifetime in
# whole seconds sends it in the last second. Needs python3 with venv, PyPI, node and npm.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init --yes >/dev/null
npm install --silent --ignore-scripts --no-audit --no-fund @badgateway/oauth2-client@3.3.1
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check oauthlib==4.0.1 Authlib==1.9.10 requests_oauth2client==1.8.0
cat > check.py <<'PYTHON'
import json
from importlib.metadata import version

from authlib.oauth2.rfc6749 import OAuth2Token
from oauthlib.oauth2.rfc6749.parameters import parse_token_response
from requests_oauth2client import BearerToken

def tokens(lifetime):
    return {"access_token": "access", "token_type": "Bearer", "expires_in": lifetime}

def ends(lifetime):
    """When the token ends, for each library; None is never."""
    return {
        "oauthlib": parse_token_response(json.dumps(tokens(lifetime))).get("expires_at"),
        "Authlib": OAuth2Token.from_dict(tokens(lifetime)).get("expires_at"),
        "requests_oauth2client": BearerToken(**tokens(lifetime)).expires_at,
    }

some, none = ends(1), ends(0)
for name in some:
    print(f"{name} {version(name)}: a lifetime of 1 ends at {some[name]}, a lifetime of 0 at {none[name]}")
assert None not in some.values() and set(none.values()) == {None}, "the behaviour has changed"
PYTHON
cat > check.js <<'JS'
const { once } = require("node:events");
const { createServer } = require("node:http");
const { OAuth2Client } = require("@badgateway/oauth2-client");
const { version } = require("./node_modules/@badgateway/oauth2-client/package.json");

async function check() {
  const lifetimes = [1, 0];
  const server = createServer((_, response) => {
    const tokens = { access_token: "access", token_type: "Bearer", expires_in: lifetimes.shift() };
    response.setHeader("content-type", "application/json").end(JSON.stringify(tokens));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const client = new OAuth2Client({ server: `http://127.0.0.1:${server.address().port}`, tokenEndpoint: "/", clientId: "shop" });
  const some = await client.password({ username: "ada", password: "sesame" });
  const none = await client.password({ username: "ada", password: "sesame" });
  server.close();
  console.log(`@badgateway/oauth2-client ${version}: a lifetime of 1 ends at ${some.expiresAt}, a lifetime of 0 at ${none.expiresAt}`);
  if (!(some.expiresAt > 0) || none.expiresAt !== null) throw new Error("the behaviour has changed");
}
check();
JS
env/bin/python check.py
node check.js
