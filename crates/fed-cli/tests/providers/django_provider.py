"""Django OAuth Toolkit as an OpenID provider, with one client and one person.

django_provider.py PORT FOLDER: everything it keeps is in FOLDER, which must be empty. ID tokens
live 30 s, so that each use is a renewal; refresh tokens rotate. Who comes is signed in as Ada.
"""

import pathlib
import sys

import django
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings

PORT, FOLDER = int(sys.argv[1]), pathlib.Path(sys.argv[2])
URL = f"http://127.0.0.1:{PORT}"

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
    serialization.Encoding.PEM,
    serialization.PrivateFormat.PKCS8,
    serialization.NoEncryption(),
)

settings.configure(
    DEBUG=False,
    ALLOWED_HOSTS=["127.0.0.1"],
    SECRET_KEY="of a test that listens on this machine alone",
    ROOT_URLCONF=__name__,
    LOGIN_URL="/login",
    USE_TZ=True,
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": FOLDER / "db"}},
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "oauth2_provider",
    ],
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
    ],
    OAUTH2_PROVIDER={
        "OIDC_ENABLED": True,
        "OIDC_ISS_ENDPOINT": f"{URL}/o",
        "OIDC_RSA_PRIVATE_KEY": KEY.decode(),
        "ID_TOKEN_EXPIRE_SECONDS": 30,
        "ACCESS_TOKEN_EXPIRE_SECONDS": 30,
        "ROTATE_REFRESH_TOKEN": True,
        "SCOPES": {"openid": "who", "email": "address", "profile": "name", "offline_access": "long"},
    },
)
django.setup()

from django.contrib.auth import get_user_model, login  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.http import HttpResponseRedirect  # noqa: E402
from django.urls import include, path  # noqa: E402
from oauth2_provider.models import Application  # noqa: E402


def sign_in(request):
    """Whoever comes is Ada."""
    login(request, get_user_model().objects.get(username="ada"))
    return HttpResponseRedirect(request.GET["next"])


urlpatterns = [path("login", sign_in), path("o/", include("oauth2_provider.urls"))]


def main():
    call_command("migrate", verbosity=0)
    user = get_user_model().objects.create_user("ada", "ada@example.com")
    Application.objects.create(
        client_id="fed-test",
        client_secret="canary-secret",
        user=user,
        redirect_uris="http://127.0.0.1/callback",
        client_type=Application.CLIENT_CONFIDENTIAL,
        authorization_grant_type=Application.GRANT_AUTHORIZATION_CODE,
        algorithm=Application.RS256_ALGORITHM,
        skip_authorization=True,
    )
    from wsgiref.simple_server import make_server

    server = make_server("127.0.0.1", PORT, get_wsgi_application())
    print("ready", flush=True)
    server.serve_forever()


main()
