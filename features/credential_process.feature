Feature: Credentials for every AWS tool
  Once fed-cli is the credential_process of a profile in ~/.aws/config, the aws CLI and every
  SDK have credentials: from one exchange for all of them, renewed before any of them asks
  for more life than is left.

  Background:
    Given the tutorial's instance
    And the role google-oidc-role, which trusts the OAuth client and the subject "113632458324056836621"
    And the role google-oidc-role has the policy AmazonEC2FullAccess

  Scenario: From Google's client file to the aws CLI
    Given Google's client file "client_secret.json"
    When I run, and sign in with Google:
      """sh
      fed-cli setup --google-client-file client_secret.json \
        --discovery-url {issuer url}/.well-known/openid-configuration \
        --role-arn arn:aws:iam::278805249149:role/google-oidc-role --region ap-northeast-2 \
        --aws-profile google --no-browser
      """
    And I run:
      """sh
      aws ec2 describe-instances --profile google
      """
    Then it lists the instance:
      | InstanceId    | InstanceType | KeyName | State.Name |
      | {instance id} | t2.micro     | ssup2   | running    |
    When I run:
      """sh
      aws sts get-caller-identity --profile google
      """
    Then it prints the JSON:
      """json
      {
        "UserId": "{role id}:ada@example.com",
        "Account": "278805249149",
        "Arn": "arn:aws:sts::278805249149:assumed-role/google-oidc-role/ada@example.com"
      }
      """
    And the role was assumed once

  Scenario: boto3
    Given fed-cli's profile google
    And the AWS profile google, whose credential_process is fed-cli
    And I have signed in with Google
    When I run the Python program:
      """
      import boto3

      session = boto3.Session(profile_name="google")
      print(session.get_credentials().method)
      print(session.client("sts").get_caller_identity()["Arn"])
      for reservation in session.client("ec2").describe_instances()["Reservations"]:
          print(reservation["Instances"][0]["InstanceId"])
      """
    Then it prints:
      """
      custom-process
      arn:aws:sts::278805249149:assumed-role/google-oidc-role/google-oidc-session
      {instance id}
      """
    And the role was assumed once

  Scenario: Nobody has signed in
    Given fed-cli's profile google
    And the AWS profile google, whose credential_process is fed-cli
    When I run:
      """sh
      aws sts get-caller-identity --profile google
      """
    Then it is refused:
      """
      Error when retrieving credentials from custom-process: error: somebody has to sign in for profile `google`

      hint: run `fed-cli login --profile google`
      """

  Scenario: What botocore would refresh at once is renewed first
    Given fed-cli's profile google
    And the AWS profile google, whose credential_process is fed-cli
    And I have signed in with Google
    And I have run:
      """sh
      aws ec2 describe-instances --profile google
      """
    And 45 minutes have passed since fed-cli got its credentials
    When I run the Python program:
      """
      import boto3
      from datetime import datetime, timedelta, timezone

      credentials = boto3.Session(profile_name="google").get_credentials()
      credentials.get_frozen_credentials()
      left = credentials._expiry_time - datetime.now(timezone.utc)
      print("good for longer than botocore's 15 minutes:", left > timedelta(minutes=55))
      """
    Then it prints:
      """
      good for longer than botocore's 15 minutes: True
      """
    And the role was assumed twice

  Scenario: A program that runs for longer than its credentials last
    Given fed-cli's profile google
    And the AWS profile google, whose credential_process is fed-cli
    And I have signed in with Google
    When I run the Python program:
      """
      import glob, json, os
      import boto3
      from datetime import datetime, timedelta, timezone

      session = boto3.Session(profile_name="google")
      ec2 = session.client("ec2")
      ec2.describe_instances()
      credentials = session.get_credentials()
      first = credentials.access_key

      # 46 minutes pass: for botocore by its clock, for fed-cli by what it keeps.
      passed = timedelta(minutes=46)
      credentials._time_fetcher = lambda: datetime.now(timezone.utc) + passed
      [kept] = glob.glob(os.path.expanduser("~/.local/state/fed/credentials-*.json"))
      document = json.load(open(kept))
      for name in ["expiration", "obtained"]:
          document["entry"][name] -= int(passed.total_seconds())
      json.dump(document, open(kept, "w"))

      ec2.describe_instances()
      print("the same credentials:", credentials.access_key == first)
      """
    Then it prints:
      """
      the same credentials: False
      """
    And the role was assumed twice
