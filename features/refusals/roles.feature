Feature: Refused: roles that cannot be assumed so
  A sound ID token is half of it. The role must exist, trust the issuer, and admit the
  token's audience and subject; STS does not say which of these failed.

  Scenario: A role that does not exist
    Given an ID token from Google
    When I run:
      """sh
      aws sts assume-role-with-web-identity --role-arn arn:aws:iam::278805249149:role/google-oidc-role --role-session-name google-oidc-session --web-identity-token $ID_TOKEN
      """
    Then it is refused:
      """
      An error occurred (AccessDenied) when calling the AssumeRoleWithWebIdentity operation: Not authorized to perform sts:AssumeRoleWithWebIdentity
      """

  Scenario: Another Google account than the one the role is pinned to
    Given the role google-oidc-role, which trusts the OAuth client and the subject "113632458324056836621"
    And fed-cli's profile google
    And I have signed in with Google as grace@example.org
    When I run:
      """sh
      aws sts assume-role-with-web-identity --role-arn arn:aws:iam::278805249149:role/google-oidc-role --role-session-name google-oidc-session --web-identity-token $ID_TOKEN
      """
    Then it is refused:
      """
      An error occurred (AccessDenied) when calling the AssumeRoleWithWebIdentity operation: Not authorized to perform sts:AssumeRoleWithWebIdentity
      """

  Scenario: A role pinned by email, a key that Google's tokens never give
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
                "accounts.google.com:aud": "448771483088-25fslbvr9thmmi3acvo3omu0v1j6lqab.apps.googleusercontent.com",
                "accounts.google.com:email": "ada@example.com"
              }
            }
          }
        ]
      }
      """
    And an ID token from Google
    When I run:
      """sh
      aws sts assume-role-with-web-identity --role-arn arn:aws:iam::278805249149:role/google-oidc-role --role-session-name google-oidc-session --web-identity-token $ID_TOKEN
      """
    Then it is refused:
      """
      An error occurred (AccessDenied) when calling the AssumeRoleWithWebIdentity operation: Not authorized to perform sts:AssumeRoleWithWebIdentity
      """

  Scenario: StringEquals takes an asterisk at its word
    Given the role google-oidc-role, which trusts the OAuth client and the subject "1136*"
    And an ID token from Google
    When I run:
      """sh
      aws sts assume-role-with-web-identity --role-arn arn:aws:iam::278805249149:role/google-oidc-role --role-session-name google-oidc-session --web-identity-token $ID_TOKEN
      """
    Then it is refused:
      """
      An error occurred (AccessDenied) when calling the AssumeRoleWithWebIdentity operation: Not authorized to perform sts:AssumeRoleWithWebIdentity
      """

  Scenario Outline: A session of <seconds> seconds
    Given the role google-oidc-role, which trusts the OAuth client
    And an ID token from Google
    When I run:
      """sh
      aws sts assume-role-with-web-identity --role-arn arn:aws:iam::278805249149:role/google-oidc-role --role-session-name google-oidc-session --web-identity-token $ID_TOKEN --duration-seconds <seconds>
      """
    Then it is refused:
      """
      An error occurred (ValidationError) when calling the AssumeRoleWithWebIdentity operation: <message>
      """

    Examples:
      | seconds | message |
      | 3601    | The requested DurationSeconds exceeds the MaxSessionDuration set for this role. |
      | 43201   | 1 validation error detected: Value '43201' at 'durationSeconds' failed to satisfy constraint: Member must have value less than or equal to 43200 |

  Scenario: A trust policy that only lets users assume the role
    Given the role google-oidc-role with the trust policy:
      """json
      {
        "Version": "2012-10-17",
        "Statement": [
          {
            "Effect": "Allow",
            "Principal": { "AWS": "arn:aws:iam::278805249149:root" },
            "Action": "sts:AssumeRole"
          }
        ]
      }
      """
    And an ID token from Google
    When I run:
      """sh
      aws sts assume-role-with-web-identity --role-arn arn:aws:iam::278805249149:role/google-oidc-role --role-session-name google-oidc-session --web-identity-token $ID_TOKEN
      """
    Then it is refused:
      """
      An error occurred (AccessDenied) when calling the AssumeRoleWithWebIdentity operation: Not authorized to perform sts:AssumeRoleWithWebIdentity
      """
