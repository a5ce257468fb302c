"""Glewlwyd, as Debian has it, with one client and one person.

glewlwyd_provider.py PORT FOLDER REDIRECT_URI: everything it keeps is in FOLDER, which must be empty. Refresh
tokens are good once; a renewal brings a new one, and no ID token.
"""

import json
import os
import pathlib
import sqlite3
import sys
import urllib.error
import urllib.request

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

PORT, FOLDER, REDIRECT_URI = int(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3]
URL = f"http://localhost:{PORT}"
TABLES = "/usr/share/dbconfig-common/data/glewlwyd/install/sqlite3"

CONFIG = f"""
port={PORT}
bind_address="127.0.0.1"
external_url="{URL}"
login_url="login.html"
api_prefix="api"
static_files_path="/usr/share/glewlwyd/webapp/"
log_mode="console"
log_level="INFO"
cookie_domain="localhost"
cookie_secure=0
session_key="GLEWLWYD2_SESSION_ID"
login_api_enabled=true
admin_scope="g_admin"
profile_scope="g_profile"
user_module_path="/usr/lib/glewlwyd/user"
client_module_path="/usr/lib/glewlwyd/client"
user_auth_scheme_module_path="/usr/lib/glewlwyd/scheme"
plugin_module_path="/usr/lib/glewlwyd/plugin"
hash_algorithm="SHA512"
database = {{ type = "sqlite3" path = "{FOLDER}/db" }};
"""


def key_pair():
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return private.decode(), public.decode()


class Administrator:
    """Whoever sets it up, over its own API."""

    def __init__(self):
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        self.cookie = ""

    def send(self, method, path, body):
        request = urllib.request.Request(
            f"{URL}/api{path}",
            data=json.dumps(body).encode(),
            headers={"Content-Type": "application/json", "Cookie": self.cookie},
            method=method,
        )
        try:
            answer = self.opener.open(request)
        except urllib.error.HTTPError as error:
            sys.exit(f"{method} {path}: {error.code} {error.read()!r}")
        self.cookie = (answer.headers["Set-Cookie"] or self.cookie).partition(";")[0]


def set_up():
    private, public = key_pair()
    administrator = Administrator()
    administrator.send("POST", "/auth/", {"username": "admin", "password": "password"})
    for scope in ("email", "profile", "offline_access"):
        name = {"name": scope, "display_name": scope, "description": scope, "password_required": False}
        administrator.send("POST", "/scope/", name)
    parameters = {
        "iss": f"{URL}/api/oidc",
        "jwt-type": "rsa",
        "jwt-key-size": "256",
        "key": private,
        "cert": public,
        "access-token-duration": 30,
        "code-duration": 600,
        "refresh-token-duration": 1209600,
        "refresh-token-rolling": True,
        "refresh-token-one-use": "always",
        "auth-type-code-enabled": True,
        "auth-type-refresh-enabled": True,
        "allow-non-oidc": True,
        "pkce-allowed": True,
        "jwks-show": True,
        "introspection-revocation-allowed": True,
        "introspection-revocation-allow-target-client": True,
        "email-claim": "mandatory",
    }
    plugin = {"module": "oidc", "name": "oidc", "display_name": "OpenID Connect"}
    administrator.send("POST", "/mod/plugin/", {**plugin, "parameters": parameters})
    scopes = ["openid", "email", "profile", "offline_access"]
    ada = {"username": "ada", "name": "Ada", "email": "ada@example.com", "enabled": True}
    administrator.send("POST", "/user/", {**ada, "password": "canary-ada", "scope": scopes})
    client = {
        "client_id": "fed-test",
        "name": "fed",
        "enabled": True,
        "confidential": True,
        "redirect_uri": [REDIRECT_URI],
        "authorization_type": ["code", "refresh_token"],
        "token_endpoint_auth_method": ["client_secret_basic"],
        "scope": [],
    }
    secret = {"password": "canary-secret", "client_secret": "canary-secret"}
    administrator.send("POST", "/client/", {**client, **secret})


def main():
    database = sqlite3.connect(FOLDER / "db")
    database.executescript(pathlib.Path(TABLES).read_text())
    database.close()
    (FOLDER / "config").write_text(CONFIG)
    told, tells = os.pipe()
    if os.fork():
        # Whoever ends this process ends the provider. What it logs, the other one reads.
        os.dup2(tells, sys.stderr.fileno())
        os.dup2(tells, sys.stdout.fileno())
        os.execvp("glewlwyd", ["glewlwyd", f"--config-file={FOLDER}/config"])
    os.close(tells)
    log = os.fdopen(told)
    if not any("Glewlwyd started on port" in line for line in log):
        sys.exit("glewlwyd ended")
    set_up()
    print("ready", flush=True)
    for line in log:
        print(line, end="", file=sys.stderr)


main()
