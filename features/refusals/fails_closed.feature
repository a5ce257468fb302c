Feature: Refused: when the gate cannot tell
  What cannot be read, verified or understood is refused, never let through.

  Scenario: A trust policy with an operator that nobody knows
    Given behind the gate's back, the role google-oidc-role with the trust policy:
      """json
      {
        "Version": "2012-10-17",
        "Statement": [
          {
            "Effect": "Allow",
            "Principal": { "Federated": "accounts.google.com" },
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": { "StringEqualz": { "accounts.google.com:aud": "anything" } }
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

  Scenario: Google's keys cannot be had
    Given the role google-oidc-role, which trusts the OAuth client
    And Google has a new key, and hands out no keys
    And an ID token from Google
    When I run:
      """sh
      aws sts assume-role-with-web-identity --role-arn arn:aws:iam::278805249149:role/google-oidc-role --role-session-name google-oidc-session --web-identity-token $ID_TOKEN
      """
    Then it is refused:
      """
      An error occurred (InvalidIdentityToken) when calling the AssumeRoleWithWebIdentity operation: Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements
      """
