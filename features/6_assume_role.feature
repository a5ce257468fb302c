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

  Scenario: By fed-cli, in one command
    Given fed-cli's profile google
    When I run, and sign in with Google:
      """sh
      fed-cli assume --no-browser
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
      fed-cli probe --output json
      """
    Then it lists the instance:
      | instance_id   | instance_type | key_name | state   |
      | {instance id} | t2.micro      | ssup2    | running |

  Scenario: The aws CLI with fed-cli's credentials, by exec
    Given fed-cli's profile google
    And I have signed in with Google
    When I run:
      """sh
      AWS_ACCESS_KEY_ID=outdated AWS_SECRET_ACCESS_KEY=outdated fed-cli exec -- aws ec2 describe-instances
      """
    Then it lists the instance:
      | InstanceId    | InstanceType | KeyName | State.Name |
      | {instance id} | t2.micro     | ssup2   | running    |

  Scenario: The aws CLI with fed-cli's credentials, by env
    Given fed-cli's profile google
    And I have signed in with Google
    When I run:
      """sh
      eval "$(fed-cli env)" && aws sts get-caller-identity
      """
    Then it prints the JSON:
      """json
      {
        "UserId": "{role id}:google-oidc-session",
        "Account": "278805249149",
        "Arn": "arn:aws:sts::278805249149:assumed-role/google-oidc-role/google-oidc-session"
      }
      """

  Scenario: The aws CLI with fed-cli's credentials, by credential_process
    Given fed-cli's profile google
    And the file ".aws/config":
      """ini
      [profile google]
      region = ap-northeast-2
      credential_process = fed-cli credential-process
      """
    And I have signed in with Google
    When I run:
      """sh
      aws --profile google ec2 describe-instances
      """
    Then it lists the instance:
      | InstanceId    | InstanceType | KeyName | State.Name |
      | {instance id} | t2.micro     | ssup2   | running    |

  Scenario: Without another sign-in while the credentials last
    Given fed-cli's profile google
    And I have signed in with Google
    And I have run:
      """sh
      fed-cli credential-process >first
      """
    When I run:
      """sh
      fed-cli credential-process >second && cmp first second
      """
    Then it prints nothing
