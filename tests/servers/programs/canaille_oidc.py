"""Canaille on sqlite, with users, clients, tokens and the userinfo endpoint of its own."""

import datetime
import secrets
import socket

from canaille import create_app
from canaille.app import models
from canaille.backends import Backend
from joserfc.jwk import RSAKey

from harness import SETTINGS, serve

if SETTINGS["port"] == 0:
    with socket.create_server(("127.0.0.1", 0)) as free:
        SETTINGS["port"] = free.getsockname()[1]

lifetimes = {"access": 3600}


def expires_in(client, grant_type):
    return lifetimes["access"]


app = create_app(
    {
        "SECRET_KEY": "worthless outside this test",
        # Without its name Canaille has no client authentication by JWT, and answers 500 to a wrong secret.
        "SERVER_NAME": f"127.0.0.1:{SETTINGS['port']}",
        "OAUTH2_TOKEN_EXPIRES_IN": f"{__name__}.expires_in",
        "CANAILLE": {"LOGGING": {"version": 1, "loggers": {"alembic": {"level": "ERROR"}, "canaille": {"level": "ERROR"}}}},
        # A fast hash, since the tests sign in often.
        "CANAILLE_SQL": {
            "DATABASE_URI": f"sqlite:///{SETTINGS['folder']}/db.sqlite3",
            "PASSWORD_SCHEMES": "pbkdf2_sha512",
            "PASSWORD_HASH_PARAMS": {"pbkdf2_sha512__default_rounds": 1},
        },
        "CANAILLE_OIDC": {
            "ACTIVE_JWKS": [RSAKey.generate_key(2048).as_dict(private=True)],
            # Makes each token unique. By default, the second of a user in one second is the same, and Canaille fails with 500.
            "USERINFO_MAPPING": {"WEBSITE": "{{ range(2 ** 62) | random }}"},
        },
    }
)


def change(model, **values):
    with app.app_context(), Backend.instance.session():
        for each in Backend.instance.query(model):
            Backend.instance.update(each, **values)
            Backend.instance.save(each)


def replace_access_tokens(_):
    """Ends the access tokens alone: Canaille keeps both tokens in one row, with one date of revocation."""
    with app.app_context(), Backend.instance.session():
        for each in Backend.instance.query(models.Token):
            Backend.instance.update(each, access_token=secrets.token_hex())
            Backend.instance.save(each)


def delete_tokens(_):
    with app.app_context(), Backend.instance.session():
        for each in Backend.instance.query(models.Token):
            Backend.instance.delete(each)


def create_if_new():
    with app.app_context(), Backend.instance.session():
        if Backend.instance.query(models.User):
            return
        user = models.User(
            user_name=SETTINGS["username"], family_name="Alice", emails=[SETTINGS["username"]], password=SETTINGS["password"]
        )
        secret = SETTINGS.get("clientSecret")
        client = models.Client(
            client_id=SETTINGS["clientId"],
            client_name="Shop",
            client_secret=secret or "",
            client_id_issued_at=datetime.datetime.now(datetime.timezone.utc),
            grant_types=["password", "refresh_token"],
            scope=["openid", "profile"],
            token_endpoint_auth_method="client_secret_basic" if secret else "none",
        )
        Backend.instance.save(user)
        Backend.instance.save(client)
        Backend.instance.update(client, audience=[client])
        Backend.instance.save(client)


LONG_AGO = datetime.datetime(2000, 1, 1, tzinfo=datetime.timezone.utc)

create_if_new()
serve(
    app,
    {
        "accessLifetime": lambda seconds: lifetimes.update(access=seconds),
        "revokeRefreshTokens": lambda _: change(models.Token, revokation_date=LONG_AGO),
        "endAccessTokens": replace_access_tokens,
        "expireRefreshTokens": lambda _: change(models.Token, issue_date=LONG_AGO),
        "deleteRefreshTokens": delete_tokens,
        "lockUser": lambda locked: change(models.User, lock_date=LONG_AGO if locked else None),
    },
)
