"""LemonLDAP::NG with its demonstration users and sessions in files, on Starman, behind a proxy that logs its requests."""

import json
import os
from pathlib import Path

from child_server import ChildServer
from harness import SETTINGS, serve

FOLDER = Path(SETTINGS["folder"])
PORTAL = """
use Lemonldap::NG::Portal::Main;
Lemonldap::NG::Portal::Main->run({ configStorage => { confFile => $ENV{LEMONLDAP_INI} } });
"""

lemonldap = ChildServer()


def folder(name):
    path = FOLDER / name
    path.mkdir(exist_ok=True)
    return str(path)


def file_storage(name):
    return {"Directory": folder(name), "LockDirectory": folder(f"{name}-lock")}


def configuration(lifetime):
    prefix = "oidcRPMetaDataOptions"
    client = {
        "ClientID": SETTINGS["clientId"],
        "ClientSecret": SETTINGS.get("clientSecret"),
        "DisplayName": "Shop",
        "AllowPasswordGrant": 1,
        "RefreshToken": 1,
        "IDTokenSignAlg": "HS256",
        "AccessTokenExpiration": lifetime,
        "RedirectUris": "https://shop.example/",
    }
    return {
        "cfgNum": 1,
        "cfgDate": 1,
        "cfgVersion": "2.16.1",
        "cookieName": "lemonldap",
        "domain": "127.0.0.1",
        "portal": f"http://127.0.0.1:{lemonldap.port}/",
        "authentication": "Demo",
        "userDB": "Same",
        "passwordDB": "Demo",
        "registerDB": "Demo",
        "demoExportedVars": {"cn": "cn", "mail": "mail", "uid": "uid"},
        "macros": {"_whatToTrace": "$uid"},
        "whatToTrace": "_whatToTrace",
        "globalStorage": "Apache::Session::File",
        "globalStorageOptions": file_storage("sessions"),
        "persistentStorage": "Apache::Session::File",
        "persistentStorageOptions": file_storage("persistent"),
        "locationRules": {"127.0.0.1": {"default": "accept"}},
        "exportedHeaders": {},
        "issuerDBOpenIDConnectActivation": 1,
        "oidcRPMetaDataExportedVars": {"shop": {"name": "cn"}},
        "oidcRPMetaDataOptions": {"shop": {f"{prefix}{name}": value for name, value in client.items()}},
    }


def start(lifetime):
    ini = FOLDER / "lemonldap-ng.ini"
    ini.write_text(
        f"[all]\nlogLevel = error\n[configuration]\ntype = File\ndirName = {folder('configuration')}\n"
        "[portal]\nstaticPrefix = /static\ntemplateDir = /usr/share/lemonldap-ng/portal/templates\nlanguages = en\n"
    )
    portal = FOLDER / "portal.psgi"
    portal.write_text(PORTAL)
    (FOLDER / "configuration/lmConf-1.json").write_text(json.dumps(configuration(lifetime)))
    command = ["starman", "--listen", f"127.0.0.1:{lemonldap.port}", "--workers", "3", str(portal)]
    lemonldap.start(command, env={**os.environ, "LEMONLDAP_INI": str(ini)})


def restart(lifetime):
    lemonldap.stop()
    start(lifetime)


def sessions(kind):
    """The files of the sessions of a kind, with what is in them."""
    for path in (FOLDER / "sessions").iterdir():
        session = json.loads(path.read_text())
        if session.get("_type") == kind:
            yield path, session


def delete_sessions(kind):
    for path, _ in sessions(kind):
        path.unlink()


def expire_sessions(kind):
    for path, session in sessions(kind):
        path.write_text(json.dumps({**session, "_utime": 1}))


start(3600)
serve(
    lemonldap.proxy,
    {
        "accessLifetime": restart,
        "endAccessTokens": lambda _: delete_sessions("access_token"),
        "expireRefreshTokens": lambda _: expire_sessions("refresh_token"),
        "revokeRefreshTokens": lambda _: delete_sessions("refresh_token"),
    },
)
