"""Glewlwyd on sqlite, behind a proxy that logs its requests. Its API server asks the userinfo endpoint."""

import json
import sqlite3
from pathlib import Path

from child_server import ChildServer
from harness import SETTINGS, serve

FOLDER = Path(SETTINGS["folder"])
DATABASE = FOLDER / "db.sqlite3"
TABLES = "/usr/share/dbconfig-common/data/glewlwyd/install/sqlite3"
PLUGIN = "oidc"
USERINFO = f"/api/{PLUGIN}/userinfo"
# What Debian's database begins with.
ADMINISTRATOR = {"username": "admin", "password": "password"}

glewlwyd = ChildServer()

plugin = {
    "module": "oidc",
    "name": PLUGIN,
    "display_name": "OIDC",
    "parameters": {
        "iss": "https://shop.example",
        "jwt-type": "sha",
        "jwt-key-size": "256",
        "key": "worthless outside this test",
        "access-token-duration": 3600,
        "refresh-token-duration": 86400,
        "code-duration": 600,
        "refresh-token-rolling": True,
        "refresh-token-one-use": SETTINGS["oneUse"],
        "allow-non-oidc": True,
        "auth-type-password-enabled": True,
        "auth-type-refresh-enabled": True,
        "subject-type": "public",
    },
}


CONFIGURATION = f"""
port = {glewlwyd.port}
bind_address = "127.0.0.1"
external_url = "http://127.0.0.1:{glewlwyd.port}/"
api_prefix = "api"
log_mode = "console"
log_level = "ERROR"
session_key = "GLEWLWYD2_SESSION_ID"
session_expiration = 3600
admin_scope = "g_admin"
profile_scope = "g_profile"
hash_algorithm = "SHA512"
user_module_path = "/usr/lib/glewlwyd/user"
client_module_path = "/usr/lib/glewlwyd/client"
user_auth_scheme_module_path = "/usr/lib/glewlwyd/scheme"
plugin_module_path = "/usr/lib/glewlwyd/plugin"
database = {{ type = "sqlite3" path = "{DATABASE}" }};
"""


def start():
    configuration = FOLDER / "glewlwyd.conf"
    configuration.write_text(CONFIGURATION)
    glewlwyd.start(["glewlwyd", f"--config-file={configuration}"])


def administrate(orders):
    response, _ = glewlwyd.ask("POST", "/api/auth", json.dumps(ADMINISTRATOR), {"Content-Type": "application/json"})
    headers = {"Content-Type": "application/json", "Cookie": response.getheader("Set-Cookie").split(";")[0]}
    for method, path, body in orders:
        response, text = glewlwyd.ask(method, path, json.dumps(body), headers)
        if response.status != 200:
            raise RuntimeError(f"{method} {path}: {response.status} {text}")


def configure():
    user = {"username": SETTINGS["username"], "password": SETTINGS["password"], "name": "Alice", "enabled": True}
    secret = SETTINGS.get("clientSecret")
    client = {
        "client_id": SETTINGS["clientId"],
        "name": "Shop",
        "confidential": True,
        "enabled": True,
        "client_secret": secret,
        "authorization_type": ["password", "refresh_token"],
        "token_endpoint_auth_method": ["client_secret_basic", "client_secret_post"],
        "scope": [],
    }
    scope = {"name": "shop", "display_name": "Shop", "password_required": True, "password_max_age": 0, "scheme": {}}
    administrate(
        [
            ("POST", "/api/scope", scope),
            ("POST", "/api/user", {**user, "scope": ["openid", "shop"]}),
            ("POST", "/api/client", client),
            ("POST", "/api/mod/plugin", plugin),
        ]
    )


def set_lifetime(seconds):
    plugin["parameters"]["access-token-duration"] = seconds
    path = f"/api/mod/plugin/{PLUGIN}"
    administrate([("PUT", path, plugin), ("PUT", f"{path}/reset", {})])


def change(statement):
    with sqlite3.connect(DATABASE, timeout=5) as database:
        database.execute(statement)


def application(environ, start_response):
    if environ["PATH_INFO"] != "/api/me":
        return glewlwyd.proxy(environ, start_response)
    response, _ = glewlwyd.ask("GET", USERINFO, None, {"Authorization": environ.get("HTTP_AUTHORIZATION", "")})
    is_valid = response.status == 200
    start_response("200 OK" if is_valid else "401 Unauthorized", [("Content-Type", "application/json")])
    return [json.dumps({"username": SETTINGS["username"]} if is_valid else {}).encode()]


is_new = not DATABASE.exists()
if is_new:
    with sqlite3.connect(DATABASE) as database:
        database.executescript(Path(TABLES).read_text())
start()
if is_new:
    configure()
serve(
    application,
    {
        "accessLifetime": set_lifetime,
        "endAccessTokens": lambda _: change("UPDATE gpo_access_token SET gpoa_enabled = 0"),
        "revokeRefreshTokens": lambda _: change("UPDATE gpo_refresh_token SET gpor_enabled = 0"),
        "expireRefreshTokens": lambda _: change("UPDATE gpo_refresh_token SET gpor_expires_at = 1"),
        "deleteRefreshTokens": lambda _: change("DELETE FROM gpo_refresh_token"),
    },
)
