Feature: 6. Assume the role
  The ID token is all that is needed: the call to STS carries no signature. What comes
  back is good for an hour, and for what the role's policies allow.

  Background:
    Given the tutorial's instance
    And the role google-oidc-role, which trusts the OAuth client
    And the role google-oidc-role has the policy AmazonEC2FullAccess

  Scenario: As the tutorial types it
    Given fed-cli's profile google
    And I have signed in with Google
    When I run:
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

  Scenario: The session is known by the role and the session name
    Given an ID token from Google
    And a session of the role google-oidc-role
    When the session runs:
      """sh
      aws sts get-caller-identity
      """
    Then it prints the JSON:
      """json
      {
        "UserId": "{role id}:google-oidc-session",
        "Account": "278805249149",
        "Arn": "arn:aws:sts::278805249149:assumed-role/google-oidc-role/google-oidc-session"
      }
      """

  Scenario: The SDK's own web identity support needs no command at all
    Given fed-cli's profile google
    And I have signed in with Google
    When I run:
      """sh
      export AWS_WEB_IDENTITY_TOKEN_FILE=id_token
      export AWS_ROLE_ARN=arn:aws:iam::278805249149:role/google-oidc-role
      export AWS_ROLE_SESSION_NAME=google-oidc-session
      aws ec2 describe-instances
      """
    Then it lists the instance:
      | InstanceId    | InstanceType | KeyName | State.Name |
      | {instance id} | t2.micro     | ssup2   | running    |
