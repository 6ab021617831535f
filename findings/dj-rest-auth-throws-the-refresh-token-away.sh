#!/usr/bin/env bash
# With its switch for JWTs alone (`"USE_JWT": True`), dj-rest-auth makes a refresh token at each sign-in and gives it to nobody:
# the member `refresh` of the response is an empty string, for the token belongs into a cookie (`JWT_AUTH_HTTPONLY` is on as
# installed), and no cookie is set, for none has a name (`JWT_AUTH_REFRESH_COOKIE` is None). Yet its views for refreshes and for
# signing out wait for that token: the shopper is signed out after 5 minutes, and a sign-out is a 401. The checks of Django
# find nothing. With a name for the cookie, or with `JWT_AUTH_HTTPONLY` off, the token arrives. Needs python3 with venv, and
# PyPI.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check dj-rest-auth==7.2.0 djangorestframework==3.18.3 Django==5.2.19 \
  djangorestframework-simplejwt==5.5.1
cat > check.py <<'PYTHON'
import json
import sys
from importlib.metadata import version

import django
from django.conf import settings

apps = "django.contrib.auth django.contrib.contenttypes django.contrib.sessions rest_framework rest_framework.authtoken"
middleware = ["sessions.middleware.SessionMiddleware", "auth.middleware.AuthenticationMiddleware"]
options = json.loads(sys.argv[1])
settings.configure(
    ALLOWED_HOSTS=["testserver"],
    SECRET_KEY="k" * 50,
    ROOT_URLCONF=__name__,
    USE_TZ=True,
    INSTALLED_APPS=[*apps.split(), "rest_framework_simplejwt.token_blacklist", "dj_rest_auth"],
    MIDDLEWARE=[f"django.contrib.{name}" for name in middleware],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    LOGGING={"version": 1, "loggers": {"django.request": {"level": "ERROR"}}},
    REST_FRAMEWORK={"DEFAULT_AUTHENTICATION_CLASSES": ["dj_rest_auth.jwt_auth.JWTCookieAuthentication"]},
    REST_AUTH={"USE_JWT": True, **options},
)
django.setup()

from django.contrib.auth.models import User
from django.core.checks import run_checks
from django.core.management import call_command
from django.test import Client
from django.urls import include, path

urlpatterns = [path("", include("dj_rest_auth.urls"))]
call_command("migrate", verbosity=0)
assert not run_checks()
User.objects.create_user("ada", password="sesame")
client = Client()
post = lambda address, body: client.post(address, body, content_type="application/json")
sign_in = post("/login/", {"username": "ada", "password": "sesame"})
member = sign_in.json()["refresh"]
cookies = [name for name, cookie in sign_in.cookies.items() if cookie.value.startswith("ey")]
body = {"refresh": member} if member else {}
refresh = post("/token/refresh/", body).status_code
sign_out = post("/logout/", body).status_code
print(f"dj-rest-auth {version('dj-rest-auth')}, USE_JWT and {sys.argv[1]}:")
print(f"  refresh token in the body: {bool(member)}, in cookies: {cookies}; a refresh: {refresh}, a sign-out: {sign_out}")
assert [bool(member), len(cookies), refresh, sign_out] == json.loads(sys.argv[2]), "the behaviour has changed"
PYTHON
env/bin/python -W ignore check.py '{}' '[false, 0, 401, 401]'
env/bin/python -W ignore check.py '{"JWT_AUTH_HTTPONLY": false}' '[true, 0, 200, 200]'
env/bin/python -W ignore check.py '{"JWT_AUTH_REFRESH_COOKIE": "refresh"}' '[false, 1, 200, 200]'
