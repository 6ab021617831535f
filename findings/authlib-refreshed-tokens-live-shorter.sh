#!/usr/bin/env bash
# A server made with Authlib gives a token of a sign-in ten days and a token of a refresh one hour. If you configure another
# lifetime for the tokens of sign-ins, those of refreshes keep theirs. A client must not take the first `expires_in` for that
# of the session. Needs python3 with venv, and PyPI.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check Authlib==1.9.10 Flask==3.1.3
cat > check.py <<'PYTHON'
from importlib.metadata import version

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import grants
from flask import Flask

class Shop:
    def __getattr__(self, name):
        return lambda *_: "cart" if name == "get_allowed_scope" else True

class Token:
    def __getattr__(self, name):
        return lambda *_: "cart" if name == "get_scope" else True

class Password(grants.ResourceOwnerPasswordCredentialsGrant):
    def authenticate_user(self, username, password):
        return username

class Refresh(grants.RefreshTokenGrant):
    def authenticate_refresh_token(self, refresh_token):
        return Token()

    def authenticate_user(self, refresh_token):
        return "ada"

    def revoke_old_credential(self, refresh_token):
        pass

def lifetimes(**configuration):
    app = Flask("check")
    app.config.update(configuration)
    server = AuthorizationServer(app, query_client=lambda _: Shop(), save_token=lambda *_: None)
    server.register_grant(Password)
    server.register_grant(Refresh)
    app.post("/token")(server.create_token_response)

    def lifetime(**parameters):
        return app.test_client().post("/token", data=parameters, auth=("shop", "secret")).get_json()["expires_in"]

    sign_in = lifetime(grant_type="password", username="ada", password="sesame")
    return sign_in, lifetime(grant_type="refresh_token", refresh_token="refresh")

print("Authlib", version("Authlib"))
found = {"as installed": lifetimes(), "password: 7200": lifetimes(OAUTH2_TOKEN_EXPIRES_IN={"password": 7200})}
for configuration, (first, refreshed) in found.items():
    print(f"{configuration}: expires_in is {first} after a sign-in and {refreshed} after a refresh")
assert list(found.values()) == [(864000, 3600), (7200, 3600)], "the behaviour has changed"
PYTHON
env/bin/python check.py
