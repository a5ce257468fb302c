Feature: Refused: as fed-cli says it
  The same refusals, met by fed-cli: what AWS said, what it means, and what to do about
  it; the exit status is 3.

  Scenario Outline: <trouble>
    Given the user no-policy-user with an access key
    And <given>
    When no-policy-user runs:
      """sh
      fed-cli probe --credentials environment
      """
    Then it exits with 3 and says:
      """
      error: EC2 does not accept the credentials: `AuthFailure`: AWS was not able to validate the provided access credentials

      hint: check that access key, secret and session token belong together, and that the key was not deleted
      """

    Examples:
      | trouble                | given                                                  |
      | A wrong secret         | no-policy-user mistypes the secret access key          |
      | An unknown access key  | no-policy-user has an access key that AWS never issued |
      | A deleted access key   | the access key is deleted                              |
      | An inactive access key | the access key is deactivated                          |

  Scenario: A user without permissions cannot create the role
    Given fed-cli's profile google
    And the user no-policy-user with an access key
    When no-policy-user runs:
      """sh
      fed-cli bootstrap apply --yes --subject 113632458324056836621
      """
    Then it exits with 3 and says:
      """
      error: not allowed to read role `google-oidc-role`: User: arn:aws:iam::278805249149:user/no-policy-user is not authorized to perform: iam:GetRole on resource: arn:aws:iam::278805249149:role/google-oidc-role because no identity-based policy allows the iam:GetRole action

      hint: use credentials that may manage IAM, for example with `AWS_PROFILE=admin`
      """

  Scenario: A role that somebody else made is left alone
    Given fed-cli's profile google
    And the role google-oidc-role, which trusts the OAuth client
    When the administrator runs:
      """sh
      fed-cli bootstrap apply --yes --subject 113632458324056836621
      """
    Then it exits with 1 and says:
      """
      ~ replace the trust policy of role `google-oidc-role`
            {
                "Statement": [
                    {
                        "Action": "sts:AssumeRoleWithWebIdentity",
                        "Condition": {
                            "StringEquals": {
          -                     "accounts.google.com:aud": "448771483088-25fslbvr9thmmi3acvo3omu0v1j6lqab.apps.googleusercontent.com"
          +                     "accounts.google.com:aud": "448771483088-25fslbvr9thmmi3acvo3omu0v1j6lqab.apps.googleusercontent.com",
          +                     "accounts.google.com:sub": "113632458324056836621"
                            }
                        },
                        "Effect": "Allow",
                        "Principal": {
                            "Federated": "accounts.google.com"
                        }
                    }
                ],
                "Version": "2012-10-17"
            }
      error: role `google-oidc-role` exists already, was not made here, and would have to change

      hint: choose another role, or let this one be changed with `--adopt`
      """

  Scenario: A trust policy for everybody cannot be made
    Given fed-cli's profile google
    When the administrator runs:
      """sh
      fed-cli bootstrap apply --yes --subject '1136*'
      """
    Then it exits with 5 and says:
      """
      error: `1136*` for `accounts.google.com:sub` would let strangers in: Google numbers the accounts of everybody

      hint: name each number in full
      """

  Scenario: A trust policy without an audience
    Given the file "trust.json":
      """json
      {
        "Version": "2012-10-17",
        "Statement": [
          {
            "Effect": "Allow",
            "Principal": { "Federated": "accounts.google.com" },
            "Action": "sts:AssumeRoleWithWebIdentity"
          }
        ]
      }
      """
    When I run:
      """sh
      fed-cli policy lint --deny-warnings trust.json
      """
    Then it exits with 3 and prints:
      """
      trust.json:6:35: warning: everybody who can get a token from `accounts.google.com` is let in [anybody]
      6 |       "Principal": { "Federated": "accounts.google.com" },
        |                                   ^
        hint: pin the person or workload: StringEquals on `accounts.google.com:sub`
      """

  Scenario Outline: <trouble> in the configuration
    Given the file ".config/fed/config.toml":
      """toml
      [profile.google]
      <line>
      """
    When I run:
      """sh
      fed-cli assume
      """
    Then it exits with 5 and says:
      """
      error: <message>

      hint: <hint>
      """

    Examples:
      | trouble        | line                          | message                                                                                 | hint                                      |
      | A mistyped key | clientid = "x"                | `{home}/.config/fed/config.toml` line 2: unknown key `clientid`                         | did you mean `client_id`?                 |
      | A wrong type   | client_id = 7                 | `{home}/.config/fed/config.toml` line 2: expected text for `client_id`, found integer   | write `client_id = "…"`                   |
      | No role        | region = "ap-northeast-2"     | no role to assume is configured                                                         | give `--role-arn`, or set `role_arn` in the section `[profile.google]` of the configuration file |

  Scenario: The client secret cannot be given on the command line
    When I run:
      """sh
      fed-cli assume --client-secret GOCSPX-x
      """
    Then it exits with 2 and says:
      """
      error: unexpected argument '--client-secret' found

        tip: a similar argument exists: '--client-secret-file'

      Usage: fed-cli assume --client-secret-file <FILE>

      For more information, try '--help'.
      """

  Scenario Outline: An ID token <token>
    Given the role google-oidc-role, which trusts the OAuth client
    And an ID token <token>
    And fed-cli's profile google, with that token
    When I run:
      """sh
      fed-cli assume
      """
    Then it exits with 3 and says:
      """
      error: <message>

      hint: <hint>
      """

    Examples:
      | token | message | hint |
      | without a signature, its algorithm none | AWS refused to assume `arn:aws:iam::278805249149:role/google-oidc-role`: InvalidIdentityToken: The web identity token that was passed could not be validated by AWS. Get a new identity token from the identity provider and then retry the request. | look at the token: `fed-cli token --profile google` |
      | signed by HS256, the public key as its secret | AWS refused to assume `arn:aws:iam::278805249149:role/google-oidc-role`: InvalidIdentityToken: The web identity token that was passed could not be validated by AWS. Get a new identity token from the identity provider and then retry the request. | look at the token: `fed-cli token --profile google` |
      | signed by a foreign key under Google's key id | AWS refused to assume `arn:aws:iam::278805249149:role/google-oidc-role`: InvalidIdentityToken: The web identity token that was passed could not be validated by AWS. Get a new identity token from the identity provider and then retry the request. | look at the token: `fed-cli token --profile google` |
      | whose claims were changed after signing | AWS refused to assume `arn:aws:iam::278805249149:role/google-oidc-role`: InvalidIdentityToken: The web identity token that was passed could not be validated by AWS. Get a new identity token from the identity provider and then retry the request. | look at the token: `fed-cli token --profile google` |
      | for another OAuth client | AWS refused to assume `arn:aws:iam::278805249149:role/google-oidc-role`: AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity | the role does not exist or its trust policy does not admit this token; `aws iam get-role --role-name google-oidc-role --query Role.AssumeRolePolicyDocument` shows what the role admits |
      | of an issuer that AWS does not know | AWS refused to assume `arn:aws:iam::278805249149:role/google-oidc-role`: InvalidIdentityToken: No OpenIDConnect provider found in your account for https://accounts.example.com | in account 278805249149, once: `aws iam create-open-id-connect-provider --url https://accounts.example.com --client-id-list AUDIENCE`; mind a slash at the end |

  Scenario: An ID token that is an access token is not even sent
    Given an ID token that is an access token
    And fed-cli's profile google, with that token
    When I run:
      """sh
      fed-cli assume
      """
    Then it exits with 5 and says:
      """
      error: the file `{home}/id_token` holds a Google access token, expected an ID token (a JWT)

      hint: `gcloud auth print-identity-token --audiences=AUDIENCE` prints an ID token
      """

  Scenario: An ID token that expired is not even sent
    Given an ID token that expired an hour ago
    And fed-cli's profile google, with that token
    When I run:
      """sh
      fed-cli assume
      """
    Then it exits with 4 and says:
      """
      error: the file `{home}/id_token` holds an ID token that expired at {date an hour ago}, and it is {date}

      hint: whatever writes the file has stopped renewing it: look at its log
      """

  Scenario: Another Google account than the one the role is pinned to
    Given the role google-oidc-role, which trusts the OAuth client and the subject "113632458324056836621"
    And fed-cli's profile google
    When I run, and sign in with Google as grace@example.org:
      """sh
      fed-cli assume --no-browser
      """
    Then it exits with 3 and says:
      """
      the refresh token is in a file that only you can read (mode 0600)
      error: AWS refused to assume `arn:aws:iam::278805249149:role/google-oidc-role`: AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity

      hint: the role does not exist or its trust policy does not admit this token; `aws iam get-role --role-name google-oidc-role --query Role.AssumeRolePolicyDocument` shows what the role admits
      """

  Scenario: A role that does not exist
    Given fed-cli's profile google
    When I run, and sign in with Google:
      """sh
      fed-cli assume --no-browser
      """
    Then it exits with 3 and says:
      """
      the refresh token is in a file that only you can read (mode 0600)
      error: AWS refused to assume `arn:aws:iam::278805249149:role/google-oidc-role`: AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity

      hint: the role does not exist or its trust policy does not admit this token; `aws iam get-role --role-name google-oidc-role --query Role.AssumeRolePolicyDocument` shows what the role admits
      """

  Scenario: A session longer than the role allows
    Given the role google-oidc-role, which trusts the OAuth client
    And fed-cli's profile google
    When I run, and sign in with Google:
      """sh
      fed-cli assume --no-browser --duration 2h
      """
    Then it exits with 3 and says:
      """
      the refresh token is in a file that only you can read (mode 0600)
      error: AWS refused to assume `arn:aws:iam::278805249149:role/google-oidc-role`: ValidationError: The requested DurationSeconds exceeds the MaxSessionDuration set for this role.

      hint: ask for less, or raise it: `aws iam update-role --role-name google-oidc-role --max-session-duration 43200`
      """

  Scenario: A role without a policy
    Given the role google-oidc-role, which trusts the OAuth client
    And fed-cli's profile google
    And I have signed in with Google
    When I run:
      """sh
      fed-cli probe
      """
    Then it exits with 3 and prints:
      """
      denied: UnauthorizedOperation: You are not authorized to perform this operation. User: arn:aws:sts::278805249149:assumed-role/google-oidc-role/google-oidc-session is not authorized to perform: ec2:DescribeInstances because no identity-based policy allows the ec2:DescribeInstances action
      """
