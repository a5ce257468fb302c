Feature: Refused: credentials that prove nothing
  Every request is signed. A key that AWS does not know, a secret that does not fit, a
  session that is over: each is refused in the words of the service that was asked.

  Background:
    Given the user no-policy-user with an access key

  Scenario Outline: <trouble>
    Given <given>
    When no-policy-user runs:
      """sh
      aws sts get-caller-identity
      """
    Then it is refused:
      """
      An error occurred (<code>) when calling the GetCallerIdentity operation: <message>
      """
    When no-policy-user runs:
      """sh
      aws ec2 describe-instances
      """
    Then it is refused:
      """
      An error occurred (AuthFailure) when calling the DescribeInstances operation: AWS was not able to validate the provided access credentials
      """

    Examples:
      | trouble                | given                                                | code                  | message                                                   |
      | A wrong secret         | no-policy-user mistypes the secret access key        | SignatureDoesNotMatch | The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details. |
      | An unknown access key  | no-policy-user has an access key that AWS never issued | InvalidClientTokenId  | The security token included in the request is invalid. |
      | A deleted access key   | the access key is deleted                            | InvalidClientTokenId  | The security token included in the request is invalid. |
      | An inactive access key | the access key is deactivated                        | InvalidClientTokenId  | The security token included in the request is invalid. |

  Scenario: The account id is no access key
    When I run:
      """sh
      AWS_ACCESS_KEY_ID=278805249149 AWS_SECRET_ACCESS_KEY=test aws sts get-caller-identity
      """
    Then it is refused:
      """
      An error occurred (InvalidClientTokenId) when calling the GetCallerIdentity operation: The security token included in the request is invalid.
      """

  Scenario: A key of another account opens nothing here
    Given the administrator of another account
    When a stranger runs:
      """sh
      aws iam get-user --user-name no-policy-user
      """
    Then it is refused:
      """
      An error occurred (NoSuchEntity) when calling the GetUser operation: The user with name no-policy-user cannot be found.
      """
