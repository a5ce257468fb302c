@names
Feature: The tutorial by the world's own names
  No endpoint is typed or set: `sts.ap-northeast-2.amazonaws.com`, `accounts.google.com` and
  `oauth2.googleapis.com` are the lab's, by TLS. Every step is one that runs against the real
  ones.

  Background:
    Given the tutorial's instance

  @debian-aws
  Scenario: As it is typed, by the aws CLI that Debian ships
    Given the file "google-oidc-role-trust-relationship.json":
      """json
      {
        "Version": "2012-10-17",
        "Statement": [
          {
            "Effect": "Allow",
            "Principal": {
              "Federated": "accounts.google.com"
            },
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": {
              "StringEquals": {
                "accounts.google.com:aud": "448771483088-25fslbvr9thmmi3acvo3omu0v1j6lqab.apps.googleusercontent.com"
              }
            }
          }
        ]
      }
      """
    When the administrator runs:
      """sh
      aws iam create-role --role-name google-oidc-role --assume-role-policy-document file://google-oidc-role-trust-relationship.json
      """
    Then it prints the JSON:
      """json
      {
        "Role": {
          "Path": "/",
          "RoleName": "google-oidc-role",
          "RoleId": "{role id}",
          "Arn": "arn:aws:iam::278805249149:role/google-oidc-role",
          "CreateDate": "{date}",
          "AssumeRolePolicyDocument": {
            "Version": "2012-10-17",
            "Statement": [
              {
                "Effect": "Allow",
                "Principal": { "Federated": "accounts.google.com" },
                "Action": "sts:AssumeRoleWithWebIdentity",
                "Condition": {
                  "StringEquals": {
                    "accounts.google.com:aud": "448771483088-25fslbvr9thmmi3acvo3omu0v1j6lqab.apps.googleusercontent.com"
                  }
                }
              }
            ]
          }
        }
      }
      """
    When the administrator runs:
      """sh
      aws iam attach-role-policy --role-name google-oidc-role --policy-arn arn:aws:iam::aws:policy/AmazonEC2FullAccess
      """
    Then it prints nothing
    When the administrator runs:
      """sh
      aws iam create-user --user-name no-policy-user
      """
    Then it prints the JSON:
      """json
      {
        "User": {
          "Path": "/",
          "UserName": "no-policy-user",
          "UserId": "{user id}",
          "Arn": "arn:aws:iam::278805249149:user/no-policy-user",
          "CreateDate": "{date}"
        }
      }
      """
    When the administrator runs:
      """sh
      aws iam create-access-key --user-name no-policy-user
      """
    Then it prints the JSON:
      """json
      {
        "AccessKey": {
          "UserName": "no-policy-user",
          "AccessKeyId": "{access key id}",
          "Status": "Active",
          "SecretAccessKey": "{secret access key}",
          "CreateDate": "{date}"
        }
      }
      """
    When I run "aws configure" and answer:
      | AWS Access Key ID     | {access key id}     |
      | AWS Secret Access Key | {secret access key} |
      | Default region name   | ap-northeast-2      |
      | Default output format | json                |
    And I run:
      """sh
      aws ec2 describe-instances
      """
    Then it is refused:
      """
      An error occurred (UnauthorizedOperation) when calling the DescribeInstances operation: You are not authorized to perform this operation. User: arn:aws:iam::278805249149:user/no-policy-user is not authorized to perform: ec2:DescribeInstances because no identity-based policy allows the ec2:DescribeInstances action
      """
    Given the file ".config/fed/config.toml":
      """toml
      [profile.google]
      issuer = "https://accounts.google.com"
      client_id = "448771483088-25fslbvr9thmmi3acvo3omu0v1j6lqab.apps.googleusercontent.com"
      client_secret_file = "{client secret file}"
      redirect_uri = "http://127.0.0.1:3000/auth/google/callback"
      role_arn = "arn:aws:iam::278805249149:role/google-oidc-role"
      role_session_name = "google-oidc-session"
      region = "ap-northeast-2"
      """
    When I sign in with Google
    And I run:
      """sh
      aws sts assume-role-with-web-identity --role-arn arn:aws:iam::278805249149:role/google-oidc-role --role-session-name google-oidc-session --web-identity-token $ID_TOKEN
      """
    Then it prints the JSON:
      """json
      {
        "Credentials": {
          "AccessKeyId": "{session key id}",
          "SecretAccessKey": "{session secret access key}",
          "SessionToken": "{session token}",
          "Expiration": "{date in one hour}"
        },
        "SubjectFromWebIdentityToken": "113632458324056836621",
        "AssumedRoleUser": {
          "AssumedRoleId": "{role id}:google-oidc-session",
          "Arn": "arn:aws:sts::278805249149:assumed-role/google-oidc-role/google-oidc-session"
        },
        "Provider": "accounts.google.com",
        "Audience": "448771483088-25fslbvr9thmmi3acvo3omu0v1j6lqab.apps.googleusercontent.com"
      }
      """
    When I export the credentials
    And I run:
      """sh
      aws ec2 describe-instances
      """
    Then it lists the instance:
      | InstanceId    | InstanceType | KeyName | State.Name |
      | {instance id} | t2.micro     | ssup2   | running    |
    When the administrator runs:
      """sh
      aws iam detach-role-policy --role-name google-oidc-role --policy-arn arn:aws:iam::aws:policy/AmazonEC2FullAccess &&
      aws iam delete-role --role-name google-oidc-role &&
      aws iam delete-access-key --user-name no-policy-user --access-key-id {access key id} &&
      aws iam delete-user --user-name no-policy-user
      """
    Then it prints nothing

  Scenario: By fed-cli, with a configuration for the real Google
    Given the file ".config/fed/config.toml":
      """toml
      [profile.google]
      issuer = "https://accounts.google.com"
      client_id = "448771483088-25fslbvr9thmmi3acvo3omu0v1j6lqab.apps.googleusercontent.com"
      client_secret_file = "{client secret file}"
      redirect_uri = "http://127.0.0.1:3000/auth/google/callback"
      role_arn = "arn:aws:iam::278805249149:role/google-oidc-role"
      role_session_name = "google-oidc-session"
      region = "ap-northeast-2"
      """
    When the administrator runs, and signs in with Google:
      """sh
      fed-cli bootstrap apply --yes --policy-arn AmazonEC2FullAccess --no-policy-user --no-browser
      """
    Then it prints:
      """
      + create role `google-oidc-role`
      + attach `arn:aws:iam::aws:policy/AmazonEC2FullAccess` to role `google-oidc-role`
      + create user `no-policy-user` without any policy
      + create an access key for user `no-policy-user`
      {
          "AccessKey": {
              "AccessKeyId": "{access key id}",
              "File": "no-policy-user.access-key.json",
              "Status": "Active",
              "UserName": "no-policy-user"
          }
      }
      """
    When I run:
      """sh
      cat no-policy-user.access-key.json
      """
    And I note it as no-policy-user's access key
    And no-policy-user runs:
      """sh
      fed-cli probe --credentials environment
      """
    Then it exits with 3 and prints:
      """
      denied: UnauthorizedOperation: You are not authorized to perform this operation. User: arn:aws:iam::278805249149:user/no-policy-user is not authorized to perform: ec2:DescribeInstances because no identity-based policy allows the ec2:DescribeInstances action
      """
    When I run, and sign in with Google:
      """sh
      fed-cli token --no-browser
      """
    Then no secret is shown
    When I run:
      """sh
      fed-cli assume
      """
    Then it prints the JSON:
      """json
      {
        "Credentials": {
          "AccessKeyId": "{session key id}",
          "SecretAccessKey": "{session secret access key}",
          "SessionToken": "{session token}",
          "Expiration": "{date in one hour}"
        },
        "SubjectFromWebIdentityToken": "113632458324056836621",
        "AssumedRoleUser": {
          "AssumedRoleId": "{role id}:google-oidc-session",
          "Arn": "arn:aws:sts::278805249149:assumed-role/google-oidc-role/google-oidc-session"
        },
        "Provider": "accounts.google.com",
        "Audience": "448771483088-25fslbvr9thmmi3acvo3omu0v1j6lqab.apps.googleusercontent.com"
      }
      """
    When I run:
      """sh
      fed-cli exec -- aws ec2 describe-instances
      """
    Then it lists the instance:
      | InstanceId    | InstanceType | KeyName | State.Name |
      | {instance id} | t2.micro     | ssup2   | running    |
    When the administrator runs:
      """sh
      fed-cli bootstrap destroy --yes
      """
    Then it prints:
      """
      - delete access key `{access key id}` of user `no-policy-user`
      - delete user `no-policy-user`
      - detach `arn:aws:iam::aws:policy/AmazonEC2FullAccess` from role `google-oidc-role`
      - delete role `google-oidc-role`
      """

  @google-auth
  Scenario: By Google's own library for Python
    Given the role google-oidc-role with the trust policy:
      """json
      {
        "Version": "2012-10-17",
        "Statement": [
          {
            "Effect": "Allow",
            "Principal": { "Federated": "accounts.google.com" },
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": {
              "StringEquals": {
                "accounts.google.com:aud": "448771483088-25fslbvr9thmmi3acvo3omu0v1j6lqab.apps.googleusercontent.com"
              }
            }
          }
        ]
      }
      """
    And the file "client_secret.json":
      """json
      {
        "web": {
          "client_id": "448771483088-25fslbvr9thmmi3acvo3omu0v1j6lqab.apps.googleusercontent.com",
          "client_secret": "{client secret}",
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
      url, state = flow.authorization_url(nonce=secrets.token_urlsafe())

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
    When I run, and sign in with Google:
      """sh
      python3 sign_in.py
      """
    Then it prints:
      """
      https://accounts.google.com ada@example.com
      """
    When I run:
      """sh
      aws sts assume-role-with-web-identity --role-arn arn:aws:iam::278805249149:role/google-oidc-role --role-session-name by-google-auth --web-identity-token file://token --query AssumedRoleUser.Arn --output text
      """
    Then it prints:
      """
      arn:aws:sts::278805249149:assumed-role/google-oidc-role/by-google-auth
      """

  @google-auth
  Scenario: Google answers short scopes with long ones, and its library minds
    Given the file "client_secret.json":
      """json
      {
        "web": {
          "client_id": "448771483088-25fslbvr9thmmi3acvo3omu0v1j6lqab.apps.googleusercontent.com",
          "client_secret": "{client secret}",
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
      url, state = flow.authorization_url(nonce=secrets.token_urlsafe())

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
    When I run, and sign in with Google:
      """sh
      python3 sign_in.py openid email 2>&1 | tee /dev/stderr |
        sed -n 's/.*Scope has changed from "[^"]*" to "\([^"]*\)".*/\1/p' | tr ' ' '\n' | LC_ALL=C sort
      """
    Then it prints:
      """
      https://www.googleapis.com/auth/userinfo.email
      openid
      """

  @debian-aws
  Scenario: No connection is led anywhere but into the lab
    When I run:
      """sh
      test -z "$AWS_ENDPOINT_URL" && aws --version | cut -d ' ' -f 1
      aws sts get-caller-identity --no-sign-request 2>&1 | grep -o '(MissingAuthenticationToken)'
      grep -q '"host":"sts.ap-northeast-2.amazonaws.com".*"led":"gate"' $FED_LAB_CONNECTIONS_FILE && echo the gate
      grep -E '"led":"(outside|refused)"' $FED_LAB_CONNECTIONS_FILE || echo nowhere else
      """
    Then it prints:
      """
      aws-cli/2.9.19
      (MissingAuthenticationToken)
      the gate
      nowhere else
      """
