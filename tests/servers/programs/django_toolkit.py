"""django-oauth-toolkit, set up as in its documentation: Django's own users, sqlite, django-cors-headers."""

from datetime import timedelta

import django
from django.conf import settings
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.http import JsonResponse
from django.urls import include, path
from django.utils import timezone

from harness import SETTINGS, serve

DAY = 86400

lifetimes = {"access": 3600}

settings.configure(
    ALLOWED_HOSTS=["127.0.0.1"],
    SECRET_KEY="worthless outside this test",
    ROOT_URLCONF=__name__,
    USE_TZ=True,
    INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "oauth2_provider", "corsheaders"],
    MIDDLEWARE=["corsheaders.middleware.CorsMiddleware"],
    CORS_ALLOWED_ORIGINS=SETTINGS["origins"],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": SETTINGS["folder"] + "/db.sqlite3",
            "OPTIONS": {"transaction_mode": "IMMEDIATE"},
        }
    },
    # A fast hash, since the tests sign in often.
    PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
    LOGGING={"version": 1, "loggers": {"django.request": {"level": "ERROR"}}},
    OAUTH2_PROVIDER={
        **SETTINGS["provider"],
        # Counted from the expiry of the access token.
        "REFRESH_TOKEN_EXPIRE_SECONDS": DAY,
        "EXTRA_SERVER_KWARGS": {"token_expires_in": lambda request: lifetimes["access"]},
    },
)
django.setup()

from django.contrib.auth.models import User
from oauth2_provider.decorators import protected_resource_metadata
from oauth2_provider.models import AccessToken, Application, RefreshToken


# The plain `protected_resource` answers 403 to an expired token, and no client refreshes after a 403.
@protected_resource_metadata()
def me(request):
    return JsonResponse({"username": request.resource_owner.username})


urlpatterns = [path("o/", include("oauth2_provider.urls", namespace="oauth2_provider")), path("api/me", me)]


def create_if_new():
    call_command("migrate", verbosity=0)
    if User.objects.exists():
        return
    User.objects.create_user(SETTINGS["username"], password=SETTINGS["password"])
    secret = SETTINGS.get("clientSecret")
    Application.objects.create(
        client_id=SETTINGS["clientId"],
        client_secret=secret or "",
        client_type=Application.CLIENT_CONFIDENTIAL if secret else Application.CLIENT_PUBLIC,
        authorization_grant_type=Application.GRANT_PASSWORD,
    )


def expire_access_tokens(ago):
    AccessToken.objects.update(expires=timezone.now() - timedelta(seconds=ago))


def revoke_refresh_tokens(_):
    for token in RefreshToken.objects.filter(revoked=None):
        token.revoke()


create_if_new()
serve(
    get_wsgi_application(),
    {
        "accessLifetime": lambda seconds: lifetimes.update(access=seconds),
        "endAccessTokens": lambda _: expire_access_tokens(0),
        "revokeRefreshTokens": revoke_refresh_tokens,
        "expireRefreshTokens": lambda _: expire_access_tokens(2 * DAY),
        "deleteRefreshTokens": lambda _: RefreshToken.objects.all().delete(),
    },
)
