Feature: Refused: ID tokens that prove nothing
  An unsigned call to STS stands and falls with the ID token: its signature, its issuer,
  its end, its audience, and the role's trust policy.

  Background:
    Given the role google-oidc-role, which trusts the OAuth client
    And the role google-oidc-role has the policy AmazonEC2FullAccess

  Scenario Outline: An ID token <token>
    Given an ID token <token>
    When I run:
      """sh
      aws sts assume-role-with-web-identity --role-arn arn:aws:iam::278805249149:role/google-oidc-role --role-session-name google-oidc-session --web-identity-token "$ID_TOKEN"
      """
    Then it is refused:
      """
      An error occurred (<code>) when calling the AssumeRoleWithWebIdentity operation: <message>
      """

    Examples: What is no token of Google's
      | token                                             | code                 | message |
      | that is an access token                           | InvalidIdentityToken | The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token) |
      | without a signature, its algorithm none           | InvalidIdentityToken | The web identity token that was passed could not be validated by AWS. Get a new identity token from the identity provider and then retry the request. |
      | signed by HS256, the public key as its secret     | InvalidIdentityToken | The web identity token that was passed could not be validated by AWS. Get a new identity token from the identity provider and then retry the request. |
      | whose claims were changed after signing           | InvalidIdentityToken | The web identity token that was passed could not be validated by AWS. Get a new identity token from the identity provider and then retry the request. |
      | signed by a foreign key under Google's key id     | InvalidIdentityToken | The web identity token that was passed could not be validated by AWS. Get a new identity token from the identity provider and then retry the request. |
      | signed by a key that Google does not publish      | InvalidIdentityToken | Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements |
      | of an issuer that AWS does not know               | InvalidIdentityToken | No OpenIDConnect provider found in your account for https://accounts.example.com |
      | without sub                                       | InvalidIdentityToken | Missing a required claim: sub |
      | without aud                                       | InvalidIdentityToken | Missing a required claim: aud |

    Examples: What the trust policy does not admit
      | token                                             | code                 | message |
      | for another OAuth client                          | AccessDenied         | Not authorized to perform sts:AssumeRoleWithWebIdentity |
      | handed to another client of the same project      | AccessDenied         | Not authorized to perform sts:AssumeRoleWithWebIdentity |

  Scenario: An ID token that expired an hour ago
    Given an ID token that expired an hour ago
    When I run:
      """sh
      aws sts assume-role-with-web-identity --role-arn arn:aws:iam::278805249149:role/google-oidc-role --role-session-name google-oidc-session --web-identity-token $ID_TOKEN
      """
    Then it is refused:
      """
      An error occurred (ExpiredTokenException) when calling the AssumeRoleWithWebIdentity operation: Token expired: current date/time {now} must be before the expiration date/time {an hour ago}
      """

  Scenario: An ID token that expired a minute ago is still taken, as AWS allows five
    Given an ID token that expired a minute ago
    When I run:
      """sh
      aws sts assume-role-with-web-identity --role-arn arn:aws:iam::278805249149:role/google-oidc-role --role-session-name google-oidc-session --web-identity-token $ID_TOKEN --query AssumedRoleUser.Arn --output text
      """
    Then it prints:
      """
      arn:aws:sts::278805249149:assumed-role/google-oidc-role/google-oidc-session
      """
