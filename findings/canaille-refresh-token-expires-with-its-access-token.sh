#!/usr/bin/env bash
# A refresh token of Canaille expires together with its access token: after that moment, a refresh is `400 invalid_grant`.
# Needs python3 with venv, and PyPI.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check 'Canaille[oidc,sqlite]==0.3.6' Authlib==1.9.10
cat > check.py <<'PYTHON'
import datetime
import time
from importlib.metadata import version
from canaille import create_app
from canaille.app import models
from canaille.backends import Backend
from joserfc.jwk import RSAKey

app = create_app({
    "SECRET_KEY": "key",
    "SERVER_NAME": "localhost",
    "OAUTH2_TOKEN_EXPIRES_IN": {"password": 2, "refresh_token": 2},
    "CANAILLE": {"LOGGING": {"version": 1, "loggers": {name: {"level": "ERROR"} for name in ("alembic", "canaille")}}},
    "CANAILLE_SQL": {"DATABASE_URI": "sqlite:///db.sqlite3"},
    "CANAILLE_OIDC": {"ACTIVE_JWKS": [RSAKey.generate_key(2048).as_dict(private=True)]},
})
with app.app_context(), Backend.instance.session():
    user = models.User(user_name="ada", family_name="Ada", emails=["ada@example.com"], password="sesame")
    client = models.Client(
        client_id="shop", client_name="Shop", client_secret="secret", scope=["openid"],
        client_id_issued_at=datetime.datetime.now(datetime.timezone.utc),
        grant_types=["password", "refresh_token"], token_endpoint_auth_method="client_secret_basic",
    )
    Backend.instance.save(user)
    Backend.instance.save(client)
    Backend.instance.update(client, audience=[client])
    Backend.instance.save(client)

def post(**parameters):
    response = app.test_client().post("/oauth/token", data=parameters, auth=("shop", "secret"))
    return response.status_code, response.get_json()

def sign_in():
    return post(grant_type="password", username="ada", password="sesame")[1]

def refresh(token):
    status, body = post(grant_type="refresh_token", refresh_token=token["refresh_token"])
    return f"{status} {body.get('error', '')}".strip()

token = sign_in()
time.sleep(1.1)
before = refresh(token)
time.sleep(1.1)
token = sign_in()
time.sleep(token["expires_in"] + 1)
after = refresh(token)
print("Canaille", version("canaille"))
print(f"refresh before the access token expires: {before}; after: {after}")
assert (before, after) == ("200", "400 invalid_grant"), "the behaviour has changed"
PYTHON
env/bin/python check.py 2>errors.log || { cat errors.log >&2; exit 1; }
