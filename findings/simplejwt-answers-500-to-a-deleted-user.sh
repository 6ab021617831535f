#!/usr/bin/env bash
# djangorestframework-simplejwt responds with `500` and an HTML page to the refresh of a user who has been deleted: it looks the
# user up, and nothing catches that there is none. To a user who was made inactive it responds with 401, and to an invalid
# token too. A client takes 500 for a fault that passes: it keeps the session, and tries again until the refresh token ends.
# So a shopper who has deleted the account on the phone stays "signed in" on the laptop. Needs python3 with venv, and PyPI.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check djangorestframework_simplejwt==5.5.1 djangorestframework==3.18.0 Django==5.2.19
cat > check.py <<'PYTHON'
import logging
from importlib.metadata import version

import django
from django.conf import settings

settings.configure(
    SECRET_KEY="a key of more than thirty-two bytes",
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "rest_framework"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    ROOT_URLCONF=__name__,
)
django.setup()
logging.disable()

from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from django.test.utils import setup_test_environment
from django.urls import path
from rest_framework_simplejwt.views import TokenObtainPairView, TokenRefreshView

urlpatterns = [path("token", TokenObtainPairView.as_view()), path("refresh", TokenRefreshView.as_view())]
setup_test_environment()
call_command("migrate", verbosity=0)
ada = User.objects.create_user("ada", password="sesame")
client = Client(raise_request_exception=False)
tokens = client.post("/token", {"username": "ada", "password": "sesame"}).json()

def refresh():
    return client.post("/refresh", {"refresh": tokens["refresh"]}).status_code

found = {"a user": refresh()}
ada.is_active = False
ada.save()
found["an inactive user"] = refresh()
ada.delete()
found["a deleted user"] = refresh()
print(f"djangorestframework-simplejwt {version('djangorestframework_simplejwt')}, status of a refresh: {found}")
assert list(found.values()) == [200, 401, 500], "the behaviour has changed"
PYTHON
env/bin/python check.py
