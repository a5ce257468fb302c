@sealed @verbatim
Feature: In a world of its own
  With `--sealed` a command has no network but the lab's: AWS's and Google's names lead there
  without a proxy, and nothing else can be reached, whatever a program goes by.

  Scenario: By curl, which is told nothing
    When I run:
      """sh
      fed-lab exec --backend external --endpoint {upstream url} --seed none --sealed -- env -i /bin/sh -c '
        /usr/bin/curl -s https://sts.amazonaws.com/ | grep -o MissingAuthenticationToken
        /usr/bin/curl -s https://bucket.s3.eu-west-1.amazonaws.com/key | grep -o "<Code>.*</Code>"
        /usr/bin/curl -s https://example.com/ || echo curl: $?
        /usr/bin/curl -s http://192.0.2.1/ || echo curl: $?
        tail -n +3 /proc/net/dev | cut -d : -f 1'
      """
    Then it prints:
      """
      MissingAuthenticationToken
      <Code>MissingAuthenticationToken</Code>
      curl: 6
      curl: 7
          lo
      """

  Scenario: The tutorial's sign-in by fed-cli, with a configuration for the real Google
    Given the file "config.toml":
      """toml
      [profile.google]
      issuer = "https://accounts.google.com"
      client_id = "448771483088-25fslbvr9thmmi3acvo3omu0v1j6lqab.apps.googleusercontent.com"
      redirect_uri = "http://127.0.0.1:3000/auth/google/callback"
      account = "ada@example.com"
      role_session_name = "google-oidc-session"
      region = "ap-northeast-2"
      """
    And the file "in_the_lab.sh":
      """sh
      echo "client_secret_file = \"$FED_LAB_CLIENT_SECRET_FILE\"" >> config.toml
      export FED_ROLE_ARN=arn:aws:iam::$FED_LAB_ACCOUNT_ID:role/google-oidc-role
      # The browser is in the same world.
      export BROWSER='curl -sSL -o /dev/null'
      fed-cli --config config.toml --profile google assume | grep -E '"(Provider|Arn)"' | sed "s/$FED_LAB_ACCOUNT_ID/ACCOUNT/"
      grep '"led":"refused"' $FED_LAB_CONNECTIONS_FILE || echo nothing was refused
      """
    When I run:
      """sh
      account=$(tr -dc 1-9 < /dev/urandom | head -c 12)
      fed-lab exec --backend external --endpoint {upstream url} --account $account --sealed -- sh in_the_lab.sh
      """
    Then it prints:
      """
              "Arn": "arn:aws:sts::ACCOUNT:assumed-role/google-oidc-role/google-oidc-session"
          "Provider": "accounts.google.com",
      nothing was refused
      """

  @google-auth
  Scenario: By Google's own library for Python
    Given the file "client_secret.json":
      """json
      {
        "web": {
          "client_id": "448771483088-25fslbvr9thmmi3acvo3omu0v1j6lqab.apps.googleusercontent.com",
          "client_secret": "SECRET",
          "auth_uri": "https://accounts.google.com/o/oauth2/auth",
          "token_uri": "https://oauth2.googleapis.com/token",
          "auth_provider_x509_cert_url": "https://www.googleapis.com/oauth2/v1/certs",
          "redirect_uris": ["http://127.0.0.1:3000/auth/google/callback"]
        }
      }
      """
    And the file "sign_in.py":
      """
      import secrets
      import sys
      from http.server import BaseHTTPRequestHandler, HTTPServer
      from urllib.parse import parse_qs, urlsplit

      from google.auth.transport.requests import Request
      from google.oauth2 import id_token
      from google_auth_oauthlib.flow import Flow

      REDIRECT = "http://127.0.0.1:3000/auth/google/callback"
      SCOPES = sys.argv[1:] or ["openid", "https://www.googleapis.com/auth/userinfo.email"]

      flow = Flow.from_client_secrets_file("client_secret.json", SCOPES, redirect_uri=REDIRECT)
      url, state = flow.authorization_url(nonce=secrets.token_urlsafe(), login_hint="ada@example.com")

      class Callback(BaseHTTPRequestHandler):
          def do_GET(self):
              self.server.answer = parse_qs(urlsplit(self.path).query)
              self.send_response(200)
              self.send_header("content-type", "text/plain")
              self.end_headers()
              self.wfile.write(b"You are signed in.")

          def log_message(self, *_):
              pass

      server = HTTPServer(("127.0.0.1", urlsplit(REDIRECT).port), Callback)
      print(url, file=sys.stderr, flush=True)
      server.handle_request()
      assert server.answer["state"] == [state]
      flow.fetch_token(code=server.answer["code"][0])
      token = flow.credentials.id_token
      claims = id_token.verify_oauth2_token(token, Request(), flow.client_config["client_id"])
      print(claims["iss"], claims["email"])
      open("token", "w").write(token)
      """
    And the file "in_the_lab.sh":
      """sh
      sed -i "s/SECRET/$(cat $FED_LAB_CLIENT_SECRET_FILE)/" client_secret.json
      # The browser is in the same world.
      python3 sign_in.py 2> url &
      until grep -q '^https://' url; do :; done
      curl -sSL -o /dev/null "$(grep '^https://' url)"
      wait
      aws sts assume-role-with-web-identity --role-arn arn:aws:iam::$FED_LAB_ACCOUNT_ID:role/google-oidc-role --role-session-name by-google-auth --web-identity-token file://token --query Provider --output text
      """
    When I run:
      """sh
      account=$(tr -dc 1-9 < /dev/urandom | head -c 12)
      fed-lab exec --backend external --endpoint {upstream url} --account $account --sealed -- sh in_the_lab.sh
      """
    Then it prints:
      """
      https://accounts.google.com ada@example.com
      accounts.google.com
      """
