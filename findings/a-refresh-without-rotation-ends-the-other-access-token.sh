#!/usr/bin/env bash
# With `ROTATE_REFRESH_TOKEN` off, django-oauth-toolkit keeps one access token for each refresh token, and each refresh writes
# the new one over it: the access token that another tab or process got with the same refresh token is refused at once. One
# turns rotation off so that several may refresh without a race. But here a 401 makes one tab refresh, and this refresh ends
# the other tab's access token. The other tab's next request then gets a 401, and so on: two tabs that are both in use
# refresh in turn without end. Glewlwyd and LemonLDAP::NG, which do not rotate either, leave the other access token alone.
# Needs python3 with venv, and PyPI.
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
    OAUTH2_PROVIDER={"SCOPES": {"cart": "The cart"}, "ROTATE_REFRESH_TOKEN": False},
)
django.setup()

from django.contrib.auth.models import User
from django.core.management import call_command
from django.http import HttpResponse
from django.test import Client
from django.urls import include, path
from oauth2_provider.decorators import protected_resource
from oauth2_provider.models import Application

cart = protected_resource(scopes=["cart"])(lambda _: HttpResponse("a cart"))
urlpatterns = [path("", include("oauth2_provider.urls", namespace="oauth2_provider")), path("cart", cart)]
call_command("migrate", verbosity=0)
User.objects.create_user("ada", password="sesame")
grant = Application.GRANT_PASSWORD
Application.objects.create(client_id="shop", client_secret="secret", client_type="confidential", authorization_grant_type=grant)

def exchange(**parameters):
    basic = "Basic " + b64encode(b"shop:secret").decode()
    return Client().post("/token/", parameters, headers={"authorization": basic}).json()

class Tab:
    """A tab that refreshes each time that the server refuses its access token."""

    refreshes = 0

    def __init__(self, tokens):
        self.tokens = tokens

    def get(self):
        headers = {"authorization": f"Bearer {self.tokens['access_token']}"}
        if Client().get("/cart", headers=headers).status_code == 200:
            return
        self.tokens = exchange(grant_type="refresh_token", refresh_token=self.tokens["refresh_token"])
        self.refreshes += 1

sign_in = exchange(grant_type="password", username="ada", password="sesame")
tabs = [Tab(sign_in), Tab(exchange(grant_type="refresh_token", refresh_token=sign_in["refresh_token"]))]
for _ in range(10):
    for tab in tabs:
        tab.get()
        assert tab.tokens["refresh_token"] == sign_in["refresh_token"]
found = [tab.refreshes for tab in tabs]
print("django-oauth-toolkit", version("django-oauth-toolkit"), "without rotation, access tokens of", sign_in["expires_in"], "s:")
print(f"two tabs that send ten requests each, in turn, have refreshed {found[0]} and {found[1]} times")
assert found == [10, 10], "the behaviour has changed"
PYTHON
env/bin/python -W ignore check.py
