Feature: 3. The role
  A role that trusts Google's sign-in, and of Google's users only those who come
  through the tutorial's OAuth client. It may do everything in EC2.

  Scenario: Created as the tutorial types it
    Given the file "google-oidc-role-trust-relationship.json":
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
    When the administrator runs:
      """sh
      aws iam create-role --role-name google-oidc-role --assume-role-policy-document file://google-oidc-role-trust-relationship.json --query Role.Arn --output text
      """
    Then it prints:
      """
      arn:aws:iam::278805249149:role/google-oidc-role
      """
    When the administrator runs:
      """sh
      aws iam attach-role-policy --role-name google-oidc-role --policy-arn arn:aws:iam::aws:policy/AmazonEC2FullAccess
      """
    Then it prints nothing
    When the administrator runs:
      """sh
      aws iam list-attached-role-policies --role-name google-oidc-role
      """
    Then it prints the JSON:
      """json
      {
        "AttachedPolicies": [
          {
            "PolicyName": "AmazonEC2FullAccess",
            "PolicyArn": "arn:aws:iam::aws:policy/AmazonEC2FullAccess"
          }
        ]
      }
      """

  Scenario: The trust policy as the tutorial published it is malformed, and AWS says so
    Given the file "google-oidc-role-trust-relationship.json":
      """json
      {
        "Version": "2012-10-17",
        "Statement":
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
    Then it is refused:
      """
      An error occurred (MalformedPolicyDocument) when calling the CreateRole operation: This policy contains invalid Json
      """

  Scenario: Created by fed-cli, pinned to one person
    Given fed-cli's profile google
    When the administrator runs:
      """sh
      fed-cli bootstrap apply --yes --subject 113632458324056836621 --policy-arn AmazonEC2FullAccess
      """
    Then it prints:
      """
      + create role `google-oidc-role`
      + attach `arn:aws:iam::aws:policy/AmazonEC2FullAccess` to role `google-oidc-role`
      """
    When the administrator runs:
      """sh
      aws iam get-role --role-name google-oidc-role --query Role.AssumeRolePolicyDocument
      """
    Then it prints the JSON:
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
                "accounts.google.com:sub": "113632458324056836621"
              }
            }
          }
        ]
      }
      """

  Scenario: Applied twice, the second time changes nothing
    Given fed-cli's profile google
    And the administrator has run:
      """sh
      fed-cli bootstrap apply --yes --subject 113632458324056836621 --policy-arn AmazonEC2FullAccess
      """
    When the administrator runs:
      """sh
      fed-cli bootstrap apply --yes --subject 113632458324056836621 --policy-arn AmazonEC2FullAccess
      """
    Then it prints:
      """
      nothing to change
      """

  Scenario: Removed by fed-cli, which removes only what it made
    Given fed-cli's profile google
    And the administrator has run:
      """sh
      fed-cli bootstrap apply --yes --subject 113632458324056836621 --policy-arn AmazonEC2FullAccess
      """
    When the administrator runs:
      """sh
      fed-cli bootstrap destroy --yes
      """
    Then it prints:
      """
      - detach `arn:aws:iam::aws:policy/AmazonEC2FullAccess` from role `google-oidc-role`
      - delete role `google-oidc-role`
      """
    When the administrator runs:
      """sh
      fed-cli bootstrap destroy --yes
      """
    Then it prints:
      """
      nothing to change
      """

  Scenario: The malformed trust policy, found and mended by fed-cli
    Given the file "google-oidc-role-trust-relationship.json":
      """json
      {
        "Version": "2012-10-17",
        "Statement":
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
    When I run:
      """sh
      fed-cli policy lint google-oidc-role-trust-relationship.json
      """
    Then it exits with 3 and prints:
      """
      google-oidc-role-trust-relationship.json:4:5: error: a list begins here but its opening `[` is missing [missing-bracket]
      4 |     {
        |     ^
        hint: put `[` before this value

      google-oidc-role-trust-relationship.json, mended:
      {
        "Version": "2012-10-17",
        "Statement":
          [{
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
      fed-cli policy lint --mend google-oidc-role-trust-relationship.json 2>/dev/null >mended.json
      aws iam create-role --role-name google-oidc-role --assume-role-policy-document file://mended.json --query Role.Arn --output text
      """
    Then it prints:
      """
      arn:aws:iam::278805249149:role/google-oidc-role
      """
