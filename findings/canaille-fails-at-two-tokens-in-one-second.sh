#!/usr/bin/env bash
# Canaille responds with 500 to the second of two token requests of one user within one second: both would have
# the same JWT, and its tokens are unique in the database. Needs python3 with venv, and PyPI.
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
    "CANAILLE": {"LOGGING": {"version": 1, "root": {"level": "CRITICAL"}, "disable_existing_loggers": True}},
    "CANAILLE_SQL": {"DATABASE_URI": "sqlite:///db.sqlite3"},
    "CANAILLE_OIDC": {"ACTIVE_JWKS": [RSAKey.generate_key(2048).as_dict(private=True)]},
})
with app.app_context(), Backend.instance.session():
    user = models.User(user_name="ada", family_name="Ada", emails=["ada@example.com"], password="sesame")
    client = models.Client(
        client_id="shop", client_name="Shop", client_secret="secret", scope=["openid"],
        client_id_issued_at=datetime.datetime.now(datetime.timezone.utc),
        grant_types=["password"], token_endpoint_auth_method="client_secret_basic",
    )
    Backend.instance.save(user)
    Backend.instance.save(client)
    Backend.instance.update(client, audience=[client])
    Backend.instance.save(client)

def post(**parameters):
    response = app.test_client().post("/oauth/token", data=parameters, auth=("shop", "secret"))
    return response.status_code

def sign_in():
    return post(grant_type="password", username="ada", password="sesame")

def at_the_beginning_of_a_second():
    time.sleep(1 - time.time() % 1)

at_the_beginning_of_a_second()
together = sign_in(), sign_in()
at_the_beginning_of_a_second()
later = sign_in()
print("Canaille", version("canaille"))
print(f"two sign-ins in one second: {together[0]}, {together[1]}; one in the next second: {later}")
assert (together, later) == ((200, 500), 200), "the behaviour has changed"
PYTHON
env/bin/python check.py 2>errors.log || { cat errors.log >&2; exit 1; }
