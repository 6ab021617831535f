"""Authlib, set up as in its documentation: Flask, SQLAlchemy on sqlite, Flask-CORS."""

import os
import time

# Loopback is not https.
os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"

from authlib.integrations.flask_oauth2 import AuthorizationServer, ResourceProtector, current_token
from authlib.integrations.sqla_oauth2 import (
    OAuth2ClientMixin,
    OAuth2TokenMixin,
    create_bearer_token_validator,
    create_query_client_func,
    create_revocation_endpoint,
    create_save_token_func,
)
from authlib.oauth2.rfc6749 import grants
from flask import Flask, jsonify
from flask_cors import CORS
from sqlalchemy import Column, ForeignKey, Integer, String, create_engine, delete, update
from sqlalchemy.orm import declarative_base, relationship, scoped_session, sessionmaker
from werkzeug.security import check_password_hash, generate_password_hash

from harness import SETTINGS, serve

METHODS = ["none", "client_secret_basic", "client_secret_post"]
GRANTS = ["password", "refresh_token"]

lifetimes = {"access": 3600}
account = {"locked": False}
engine = create_engine(f"sqlite:///{SETTINGS['folder']}/db.sqlite3")
session = scoped_session(sessionmaker(engine))
Base = declarative_base()


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)
    username = Column(String, unique=True)
    password = Column(String)

    def get_user_id(self):
        return self.id


class Client(Base, OAuth2ClientMixin):
    __tablename__ = "client"
    id = Column(Integer, primary_key=True)


class Token(Base, OAuth2TokenMixin):
    __tablename__ = "token"
    id = Column(Integer, primary_key=True)
    user_id = Column(Integer, ForeignKey("user.id"))
    user = relationship(User)


class PasswordGrant(grants.ResourceOwnerPasswordCredentialsGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = METHODS

    def authenticate_user(self, username, password):
        user = session.query(User).filter_by(username=username).first()
        if user and not account["locked"] and check_password_hash(user.password, password):
            return user


class RefreshTokenGrant(grants.RefreshTokenGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = METHODS
    INCLUDE_NEW_REFRESH_TOKEN = SETTINGS["newRefreshToken"]

    def authenticate_refresh_token(self, refresh_token):
        token = session.query(Token).filter_by(refresh_token=refresh_token).first()
        if token and not token.refresh_token_revoked_at:
            return token

    def authenticate_user(self, credential):
        return None if account["locked"] else credential.user

    def revoke_old_credential(self, credential):
        credential.access_token_revoked_at = int(time.time())
        if SETTINGS["revokesOld"]:
            credential.refresh_token_revoked_at = int(time.time())
        session.commit()


class RevocationEndpoint(create_revocation_endpoint(session, Token)):
    CLIENT_AUTH_METHODS = METHODS


def expires_in(client, grant_type):
    return lifetimes["access"]


app = Flask(__name__)
app.config.update(OAUTH2_REFRESH_TOKEN_GENERATOR=True, OAUTH2_TOKEN_EXPIRES_IN=f"{__name__}.expires_in")
app.teardown_appcontext(lambda _: session.remove())
CORS(app, origins=SETTINGS["origins"])
server = AuthorizationServer(app, create_query_client_func(session, Client), create_save_token_func(session, Token))
server.register_grant(PasswordGrant)
server.register_grant(RefreshTokenGrant)
server.register_endpoint(RevocationEndpoint)
protected = ResourceProtector()
protected.register_token_validator(create_bearer_token_validator(session, Token)())


@app.post("/oauth/token")
def token():
    return server.create_token_response()


@app.post("/oauth/revoke")
def revoke():
    return server.create_endpoint_response("revocation")


@app.get("/api/me")
@protected()
def me():
    return jsonify(username=current_token.user.username)


def create_if_new():
    Base.metadata.create_all(engine)
    if session.query(User).first():
        return
    # A fast hash, since the tests sign in often.
    password = generate_password_hash(SETTINGS["password"], "pbkdf2:sha256:1")
    secret = SETTINGS.get("clientSecret")
    client = Client(client_id=SETTINGS["clientId"], client_secret=secret or "")
    method = "client_secret_basic" if secret else "none"
    client.set_client_metadata({"grant_types": GRANTS, "token_endpoint_auth_method": method})
    session.add_all([User(username=SETTINGS["username"], password=password), client])
    session.commit()


def end(**columns):
    session.execute(update(Token).values(**columns))
    session.commit()
    session.remove()


def delete_tokens():
    session.execute(delete(Token))
    session.commit()
    session.remove()


create_if_new()
session.remove()
serve(
    app,
    {
        "accessLifetime": lambda seconds: lifetimes.update(access=seconds),
        "endAccessTokens": lambda _: end(access_token_revoked_at=int(time.time())),
        "revokeRefreshTokens": lambda _: end(refresh_token_revoked_at=int(time.time())),
        "deleteRefreshTokens": lambda _: delete_tokens(),
        "lockUser": lambda locked: account.update(locked=locked),
    },
)
