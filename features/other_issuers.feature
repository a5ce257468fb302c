Feature: GitLab, EKS and any other issuer
  An account takes tokens of the issuers that it has a provider for, by exactly their names.

  Scenario: GitLab: a job on main is admitted
    Given the administrator has run:
      """sh
      aws iam create-open-id-connect-provider --url https://gitlab.com --client-id-list '["https://gitlab.com"]'
      """
    And the role deploy with the trust policy:
      """json
      {
        "Version": "2012-10-17",
        "Statement": [
          {
            "Effect": "Allow",
            "Principal": { "Federated": "arn:aws:iam::278805249149:oidc-provider/gitlab.com" },
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": {
              "StringEquals": {
                "gitlab.com:aud": "https://gitlab.com",
                "gitlab.com:sub": "project_path:acme/app:ref_type:branch:ref:main"
              }
            }
          }
        ]
      }
      """
    When I run:
      """sh
      aws sts assume-role-with-web-identity --role-arn arn:aws:iam::278805249149:role/deploy --role-session-name deploy --web-identity-token "$(fed-lab token gitlab --project acme/app)" --query AssumedRoleUser.Arn --output text
      """
    Then it prints:
      """
      arn:aws:sts::278805249149:assumed-role/deploy/deploy
      """

  Scenario Outline: GitLab: a job <of> is not
    Given the administrator has run:
      """sh
      aws iam create-open-id-connect-provider --url https://gitlab.com --client-id-list '["https://gitlab.com"]'
      """
    And the role deploy with the trust policy:
      """json
      {
        "Version": "2012-10-17",
        "Statement": [
          {
            "Effect": "Allow",
            "Principal": { "Federated": "arn:aws:iam::278805249149:oidc-provider/gitlab.com" },
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": {
              "StringEquals": {
                "gitlab.com:aud": "https://gitlab.com",
                "gitlab.com:sub": "project_path:acme/app:ref_type:branch:ref:main"
              }
            }
          }
        ]
      }
      """
    When I run:
      """sh
      aws sts assume-role-with-web-identity --role-arn arn:aws:iam::278805249149:role/deploy --role-session-name deploy --web-identity-token "$(fed-lab token gitlab --project <options>)"
      """
    Then it is refused:
      """
      An error occurred (<code>) when calling the AssumeRoleWithWebIdentity operation: <message>
      """

    Examples:
      | of                   | options                               | code                 | message                                                 |
      | on another branch    | acme/app --ref topic                  | AccessDenied         | Not authorized to perform sts:AssumeRoleWithWebIdentity |
      | of a tag             | acme/app --ref-type tag               | AccessDenied         | Not authorized to perform sts:AssumeRoleWithWebIdentity |
      | of another project   | acme/other                            | AccessDenied         | Not authorized to perform sts:AssumeRoleWithWebIdentity |
      | of a subgroup        | acme/app/app                          | AccessDenied         | Not authorized to perform sts:AssumeRoleWithWebIdentity |
      | for another audience | acme/app --audience sts.amazonaws.com | InvalidIdentityToken | Incorrect token audience                                |

  Scenario: EKS: a pod of the service account is admitted
    Given the administrator has run:
      """sh
      aws iam create-open-id-connect-provider --url https://oidc.eks.ap-northeast-2.amazonaws.com/id/D6F1B2C3A4E5968778695A4B3C2D1E0F --client-id-list sts.amazonaws.com
      """
    And the role cart with the trust policy:
      """json
      {
        "Version": "2012-10-17",
        "Statement": [
          {
            "Effect": "Allow",
            "Principal": { "Federated": "arn:aws:iam::278805249149:oidc-provider/oidc.eks.ap-northeast-2.amazonaws.com/id/D6F1B2C3A4E5968778695A4B3C2D1E0F" },
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": {
              "StringEquals": {
                "oidc.eks.ap-northeast-2.amazonaws.com/id/D6F1B2C3A4E5968778695A4B3C2D1E0F:aud": "sts.amazonaws.com",
                "oidc.eks.ap-northeast-2.amazonaws.com/id/D6F1B2C3A4E5968778695A4B3C2D1E0F:sub": "system:serviceaccount:shop:cart"
              }
            }
          }
        ]
      }
      """
    When I run:
      """sh
      printf %s "$(fed-lab token eks --service-account shop/cart)" > token &&
      AWS_WEB_IDENTITY_TOKEN_FILE=token AWS_ROLE_ARN=arn:aws:iam::278805249149:role/cart AWS_ROLE_SESSION_NAME=pod aws sts get-caller-identity --query Arn --output text
      """
    Then it prints:
      """
      arn:aws:sts::278805249149:assumed-role/cart/pod
      """

  Scenario Outline: EKS: a pod of the service account <account> is not
    Given the administrator has run:
      """sh
      aws iam create-open-id-connect-provider --url https://oidc.eks.ap-northeast-2.amazonaws.com/id/D6F1B2C3A4E5968778695A4B3C2D1E0F --client-id-list sts.amazonaws.com
      """
    And the role cart with the trust policy:
      """json
      {
        "Version": "2012-10-17",
        "Statement": [
          {
            "Effect": "Allow",
            "Principal": { "Federated": "arn:aws:iam::278805249149:oidc-provider/oidc.eks.ap-northeast-2.amazonaws.com/id/D6F1B2C3A4E5968778695A4B3C2D1E0F" },
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": {
              "StringEquals": {
                "oidc.eks.ap-northeast-2.amazonaws.com/id/D6F1B2C3A4E5968778695A4B3C2D1E0F:aud": "sts.amazonaws.com",
                "oidc.eks.ap-northeast-2.amazonaws.com/id/D6F1B2C3A4E5968778695A4B3C2D1E0F:sub": "system:serviceaccount:shop:cart"
              }
            }
          }
        ]
      }
      """
    When I run:
      """sh
      printf %s "$(fed-lab token eks --service-account <account>)" > token &&
      AWS_WEB_IDENTITY_TOKEN_FILE=token AWS_ROLE_ARN=arn:aws:iam::278805249149:role/cart AWS_ROLE_SESSION_NAME=pod aws sts get-caller-identity
      """
    Then it is refused:
      """
      An error occurred (<code>) when calling the AssumeRoleWithWebIdentity operation: <message>
      """

    Examples:
      | account                                             | code                 | message                                                 |
      | shop/basket                                         | AccessDenied         | Not authorized to perform sts:AssumeRoleWithWebIdentity |
      | default/cart                                        | AccessDenied         | Not authorized to perform sts:AssumeRoleWithWebIdentity |
      | shop/cart --audience https://kubernetes.default.svc | InvalidIdentityToken | Incorrect token audience                                |

  Scenario Outline: An issuer that the account has no provider for: <issuer>
    Given the role deploy with the trust policy:
      """json
      {
        "Version": "2012-10-17",
        "Statement": [
          {
            "Effect": "Allow",
            "Principal": { "Federated": "accounts.google.com" },
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": { "StringEquals": { "accounts.google.com:aud": "sts.amazonaws.com" } }
          }
        ]
      }
      """
    When I run:
      """sh
      aws sts assume-role-with-web-identity --role-arn arn:aws:iam::278805249149:role/deploy --role-session-name deploy --web-identity-token "$(fed-lab token <token>)"
      """
    Then it is refused:
      """
      An error occurred (InvalidIdentityToken) when calling the AssumeRoleWithWebIdentity operation: No OpenIDConnect provider found in your account for <issuer>
      """

    Examples:
      | issuer                                                                           | token                                 |
      | https://token.actions.githubusercontent.com                                      | github --repository acme/app          |
      | https://gitlab.com                                                               | gitlab --project acme/app             |
      | https://oidc.eks.ap-northeast-2.amazonaws.com/id/D6F1B2C3A4E5968778695A4B3C2D1E0F | eks --service-account shop/cart       |

  Scenario: A provider whose keys the lab has not is asked for none elsewhere
    Given the administrator has run:
      """sh
      aws iam create-open-id-connect-provider --url https://login.example.org --client-id-list sts.amazonaws.com
      """
    And an ID token of the issuer https://login.example.org
    When I run:
      """sh
      aws sts assume-role-with-web-identity --role-arn arn:aws:iam::278805249149:role/deploy --role-session-name deploy --web-identity-token $ID_TOKEN
      """
    Then it is refused:
      """
      An error occurred (InvalidIdentityToken) when calling the AssumeRoleWithWebIdentity operation: Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements
      """
