@tutorial
Feature: The tutorial, from its first step to its last
  A person signs in with Google and, with nothing but the ID token, gets credentials
  for an AWS account that last an hour.

  Background:
    Given the tutorial's instance

  @tutorial-account
  Scenario: As it is typed
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
    Given fed-cli's profile google
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

  Scenario: By fed-cli
    Given the file ".config/fed/config.toml":
      """toml
      [profile.google]
      issuer = "https://accounts.google.com"
      discovery_url = "{issuer url}/.well-known/openid-configuration"
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
