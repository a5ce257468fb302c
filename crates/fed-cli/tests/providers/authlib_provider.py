"""An OpenID provider of Authlib's grants, with one client and one person.

authlib_provider.py PORT: ID tokens live 30 s, so that each use is a renewal. A refresh token is
good once: a renewal brings a new ID token and the next refresh token. Who uses one that was
replaced has theirs taken away (RFC 9700 section 4.14.2). Tokens can be given back (RFC 7009) by
the client's own way of authentication, which is `client_secret_basic` alone.
"""

import secrets
import sys
import time

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import grants
from authlib.oauth2.rfc6749.models import ClientMixin, TokenMixin
from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import AuthorizationCodeMixin, UserInfo
from authlib.oidc.core.grants import OpenIDCode, OpenIDToken
from flask import Flask, jsonify, request
from joserfc.jwk import KeySet, RSAKey

PORT = int(sys.argv[1])
URL = f"http://127.0.0.1:{PORT}"
REDIRECT_URI = "http://127.0.0.1/callback"
ID_TOKEN_SECONDS = 30

KEY = RSAKey.generate_key(2048, {"kid": "k", "use": "sig", "alg": "RS256"})


class Ada:
    id = "ada"

    def get_user_id(self):
        return self.id


class Client(ClientMixin):
    client_id = "fed-test"

    def get_client_id(self):
        return self.client_id

    def get_default_redirect_uri(self):
        return None

    def get_allowed_scope(self, scope):
        return " ".join(s for s in (scope or "").split() if s in ("openid", "email", "offline_access"))

    def check_redirect_uri(self, redirect_uri):
        # Any port of it (RFC 8252 section 7.3).
        host, _, path = redirect_uri.removeprefix("http://").partition("/")
        return host.partition(":")[0] == "127.0.0.1" and path == "callback"

    def check_client_secret(self, client_secret):
        return secrets.compare_digest(client_secret, "canary-secret")

    def check_endpoint_auth_method(self, method, endpoint):
        return method == "client_secret_basic"

    def check_response_type(self, response_type):
        return response_type == "code"

    def check_grant_type(self, grant_type):
        return grant_type in ("authorization_code", "refresh_token")


class Code(AuthorizationCodeMixin):
    def __init__(self, code, request):
        self.code = code
        self.redirect_uri = request.payload.redirect_uri
        self.scope = request.payload.scope
        self.nonce = request.payload.data.get("nonce")
        self.code_challenge = request.payload.data.get("code_challenge")
        self.code_challenge_method = request.payload.data.get("code_challenge_method")
        self.auth_time = int(time.time())

    def get_redirect_uri(self):
        return self.redirect_uri

    def get_scope(self):
        return self.scope

    def get_nonce(self):
        return self.nonce

    def get_auth_time(self):
        return self.auth_time

    def get_acr(self):
        return None

    def get_amr(self):
        return None


class Token(TokenMixin):
    def __init__(self, token):
        self.access_token = token["access_token"]
        self.refresh_token = token.get("refresh_token")
        self.scope = token["scope"]
        self.revoked = False

    def check_client(self, client):
        return True

    def get_scope(self):
        return self.scope

    def get_expires_in(self):
        return ID_TOKEN_SECONDS

    def is_expired(self):
        return False

    def is_revoked(self):
        return self.revoked

    def get_user(self):
        return Ada()

    def get_client(self):
        return Client()


CODES, TOKENS = {}, []


class AuthorizationCodeGrant(grants.AuthorizationCodeGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic"]

    def save_authorization_code(self, code, request):
        CODES[code] = Code(code, request)

    def query_authorization_code(self, code, client):
        return CODES.get(code)

    def delete_authorization_code(self, authorization_code):
        CODES.pop(authorization_code.code, None)

    def authenticate_user(self, authorization_code):
        return Ada()


class RefreshTokenGrant(grants.RefreshTokenGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic"]
    INCLUDE_NEW_REFRESH_TOKEN = True

    def authenticate_refresh_token(self, refresh_token):
        found = [token for token in TOKENS if token.refresh_token == refresh_token]
        if found and found[0].revoked:
            for token in TOKENS:
                token.revoked = True
        return next((token for token in found if not token.revoked), None)

    def authenticate_user(self, refresh_token):
        return Ada()

    def revoke_old_credential(self, refresh_token):
        refresh_token.revoked = True


class Described:
    def get_client_algorithm(self, client):
        return "RS256"

    def get_client_claims(self, client):
        return {"iss": URL, "aud": [client.client_id], "exp": int(time.time()) + ID_TOKEN_SECONDS}

    def resolve_client_private_key(self, client):
        return KEY

    def get_encode_header(self, client):
        return {"alg": "RS256", "kid": "k"}

    def generate_user_info(self, user, scope):
        return UserInfo(sub=user.id, email="ada@example.com")


class IdTokenOfCode(Described, OpenIDCode):
    def exists_nonce(self, nonce, request):
        return False


class IdTokenOfRenewal(Described, OpenIDToken):
    pass


class Revocation(RevocationEndpoint):
    CLIENT_AUTH_METHODS = ["client_secret_basic"]

    def query_token(self, token_string, token_type_hint):
        known = (token for token in TOKENS if token_string in (token.refresh_token, token.access_token))
        return next(known, None)

    def revoke_token(self, token, request):
        token.revoked = True


app = Flask(__name__)
app.config["OAUTH2_REFRESH_TOKEN_GENERATOR"] = True
server = AuthorizationServer(
    app,
    query_client=lambda client_id: Client() if client_id == Client.client_id else None,
    save_token=lambda token, request: TOKENS.append(Token(token)),
)
server.register_grant(AuthorizationCodeGrant, [IdTokenOfCode(), CodeChallenge(required=True)])
server.register_grant(RefreshTokenGrant, [IdTokenOfRenewal()])
server.register_endpoint(Revocation)


@app.get("/.well-known/openid-configuration")
def discovery():
    return jsonify(
        issuer=URL,
        authorization_endpoint=f"{URL}/authorize",
        token_endpoint=f"{URL}/token",
        revocation_endpoint=f"{URL}/revoke",
        jwks_uri=f"{URL}/keys",
        scopes_supported=["openid", "email", "offline_access"],
        response_types_supported=["code"],
        token_endpoint_auth_methods_supported=["client_secret_basic"],
        id_token_signing_alg_values_supported=["RS256"],
    )


@app.get("/keys")
def keys():
    return jsonify(KeySet([KEY]).as_dict(private=False))


@app.get("/authorize")
def authorize():
    """Whoever comes is Ada."""
    return server.create_authorization_response(
        grant_user=Ada(), grant=server.get_consent_grant(end_user=Ada())
    )


@app.post("/token")
def token():
    return server.create_token_response()


@app.post("/revoke")
def revoke():
    return server.create_endpoint_response("revocation")


@app.get("/revoked")
def revoked():
    """Whether this refresh token was given back; for the tests."""
    known = [token for token in TOKENS if token.refresh_token == request.args["token"]]
    return jsonify([token.revoked for token in known])


if __name__ == "__main__":
    from wsgiref.simple_server import make_server

    listening = make_server("127.0.0.1", PORT, app)
    print("ready", flush=True)
    listening.serve_forever()
