#!/usr/bin/env bash
# One refresh with a narrower scope narrows a session of django-oauth-toolkit for good: the new refresh token has the narrower
# scope, and the old one is revoked. By RFC 6749 section 6 the new refresh token has the scope of the one in the request. So
# do Authlib 1.9.10, @jmondi/oauth2-server 4.3.7 and @node-oauth/oauth2-server 5.3.0. Needs python3 with venv, and PyPI.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check django-oauth-toolkit==3.4.1 Django==5.2.19 oauthlib==4.0.1
cat > check.py <<'PYTHON'
from base64 import b64encode
from importlib.metadata import version

import django
from django.conf import settings

settings.configure(
    ALLOWED_HOSTS=["testserver"],
    SECRET_KEY="key",
    ROOT_URLCONF=__name__,
    USE_TZ=True,
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "oauth2_provider"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    LOGGING={"version": 1, "loggers": {name: {"level": "ERROR"} for name in ("django.request", "oauth2_provider")}},
    OAUTH2_PROVIDER={"SCOPES": {"cart": "The cart", "orders": "The orders"}},
)
django.setup()

from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from django.urls import include, path
from oauth2_provider.models import Application

urlpatterns = [path("", include("oauth2_provider.urls", namespace="oauth2_provider"))]
call_command("migrate", verbosity=0)
User.objects.create_user("ada", password="sesame")
grant = Application.GRANT_PASSWORD
Application.objects.create(client_id="shop", client_secret="secret", client_type="confidential", authorization_grant_type=grant)

def post(**parameters):
    basic = "Basic " + b64encode(b"shop:secret").decode()
    return Client().post("/token/", parameters, headers={"authorization": basic}).json()

def refresh(before, **parameters):
    return post(grant_type="refresh_token", refresh_token=before["refresh_token"], **parameters)

first = post(grant_type="password", username="ada", password="sesame", scope="cart orders")
narrow = refresh(first, scope="cart")
after = refresh(narrow)
wide = refresh(after, scope="cart orders")
print("django-oauth-toolkit", version("django-oauth-toolkit"))
print(f"The sign-in is granted: {first['scope']}")
print(f"a refresh for cart: {narrow['scope']}")
print(f"the next refresh, which names no scope: {after['scope']}")
print(f"a refresh for cart and orders: {wide}")
found = [first["scope"], narrow["scope"], after["scope"], wide.get("error")]
assert found == ["cart orders", "cart", "cart", "invalid_scope"], "the behaviour has changed"
PYTHON
env/bin/python -W ignore check.py
