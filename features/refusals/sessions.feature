Feature: Refused: sessions that are not whole, not yours or over
  Temporary credentials have three parts, an end, and no more rights than the role has at
  the moment they are used.

  Background:
    Given the tutorial's instance
    And the role google-oidc-role, which trusts the OAuth client
    And the role google-oidc-role has the policy AmazonEC2FullAccess

  Scenario Outline: <trouble>
    Given a session of the role google-oidc-role
    And <given>
    When the session runs:
      """sh
      aws sts get-caller-identity
      """
    Then it is refused:
      """
      An error occurred (InvalidClientTokenId) when calling the GetCallerIdentity operation: The security token included in the request is invalid.
      """
    When the session runs:
      """sh
      aws ec2 describe-instances
      """
    Then it is refused:
      """
      An error occurred (AuthFailure) when calling the DescribeInstances operation: AWS was not able to validate the provided access credentials
      """

    Examples:
      | trouble                         | given                                                                   |
      | A tampered session token        | the session token is tampered with                                      |
      | A missing session token         | the session token is left out                                           |
      | Another session's session token | the session token is that of another session of the role google-oidc-role |

  Scenario: An expired session
    Given a session of the role google-oidc-role that expired an hour ago
    When the session runs:
      """sh
      aws sts get-caller-identity
      """
    Then it is refused:
      """
      An error occurred (ExpiredToken) when calling the GetCallerIdentity operation: The security token included in the request is expired
      """
    When the session runs:
      """sh
      aws ec2 describe-instances
      """
    Then it is refused:
      """
      An error occurred (RequestExpired) when calling the DescribeInstances operation: Request has expired.
      """

  Scenario: The role's policy is taken away while the session lives
    Given a session of the role google-oidc-role
    When the session runs:
      """sh
      aws ec2 describe-instances
      """
    Then it lists the instance:
      | InstanceId    | InstanceType | KeyName | State.Name |
      | {instance id} | t2.micro     | ssup2   | running    |
    When the administrator runs:
      """sh
      aws iam detach-role-policy --role-name google-oidc-role --policy-arn arn:aws:iam::aws:policy/AmazonEC2FullAccess
      """
    Then it prints nothing
    When the session runs:
      """sh
      aws ec2 describe-instances
      """
    Then it is refused:
      """
      An error occurred (UnauthorizedOperation) when calling the DescribeInstances operation: You are not authorized to perform this operation. User: arn:aws:sts::278805249149:assumed-role/google-oidc-role/google-oidc-session is not authorized to perform: ec2:DescribeInstances because no identity-based policy allows the ec2:DescribeInstances action
      """

  Scenario: A session may not ask for further sessions
    Given a session of the role google-oidc-role
    When the session runs:
      """sh
      aws sts get-session-token
      """
    Then it is refused:
      """
      An error occurred (AccessDenied) when calling the GetSessionToken operation: Cannot call GetSessionToken with session credentials
      """
