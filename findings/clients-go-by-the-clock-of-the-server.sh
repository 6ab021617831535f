#!/usr/bin/env bash
# Four libraries for clients take the member `expires_at` of a token response for the end of the token, although the response
# has `expires_in` too, and RFC 6749 section 5.1 asks clients to ignore members that it does not name. If the server's clock
# is an hour late, each new token counts as expired. Servers that send both: Supabase Auth, Strava. Needs python3 with venv,
# PyPI, node and npm.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init --yes >/dev/null
npm install --silent --ignore-scripts --no-audit --no-fund simple-oauth2@5.1.0
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check oauthlib==4.0.1 Authlib==1.9.10 httpx-oauth==0.17.0
cat > check.py <<'PYTHON'
import json
import sys
import time
from importlib.metadata import version

from authlib.oauth2.rfc6749 import OAuth2Token as AuthlibToken
from httpx_oauth.oauth2 import OAuth2Token as HttpxToken
from oauthlib.oauth2 import LegacyApplicationClient, TokenExpiredError

response = json.loads(sys.argv[1])

def is_expired_for_oauthlib():
    client = LegacyApplicationClient("shop")
    client.parse_request_body_response(json.dumps(response))
    try:
        client.add_token("https://shop.example/orders")
        return False
    except TokenExpiredError:
        return True

found = {
    "oauthlib": is_expired_for_oauthlib(),
    "Authlib": AuthlibToken.from_dict(dict(response)).is_expired(),
    "httpx-oauth": HttpxToken(dict(response)).is_expired(),
}
for name, is_expired in found.items():
    print(f"{name} {version(name)}: expired: {is_expired}")
assert all(found.values()), "the behaviour has changed"
PYTHON
cat > check.js <<'JS'
const { once } = require("node:events");
const { createServer } = require("node:http");
const { ResourceOwnerPassword } = require("simple-oauth2");
const { version } = require("simple-oauth2/package.json");

async function check() {
  const server = createServer((_, response) => response.setHeader("content-type", "application/json").end(process.argv[2]));
  await once(server.listen(0, "127.0.0.1"), "listening");
  const tokenHost = `http://127.0.0.1:${server.address().port}`;
  const client = new ResourceOwnerPassword({ client: { id: "shop", secret: "secret" }, auth: { tokenHost } });
  const isExpired = (await client.getToken({ username: "ada", password: "sesame" })).expired();
  server.close();
  console.log(`simple-oauth2 ${version}: expired: ${isExpired}`);
  if (!isExpired) throw new Error("the behaviour has changed");
}
check();
JS
# An hour from now, by a clock that is 70 minutes late.
response="{\"access_token\":\"access\",\"token_type\":\"Bearer\",\"expires_in\":3600,\"expires_at\":$(($(date +%s) - 600))}"
echo "the response: $response"
env/bin/python check.py "$response"
node check.js "$response"
