Feature: Refused: what no policy allows
  Signing in proves who somebody is; what they may do is for the policies to say, and
  where none says so, the answer is no.

  Scenario: A user without a policy sees no instances
    Given the user no-policy-user with an access key
    When no-policy-user runs:
      """sh
      aws ec2 describe-instances
      """
    Then it is refused:
      """
      An error occurred (UnauthorizedOperation) when calling the DescribeInstances operation: You are not authorized to perform this operation. User: arn:aws:iam::278805249149:user/no-policy-user is not authorized to perform: ec2:DescribeInstances because no identity-based policy allows the ec2:DescribeInstances action
      """
    # The CLI has names of AWS of its own for this service.
    When no-policy-user runs:
      """sh
      aws sqs list-queues
      """
    Then it is refused:
      """
      An error occurred (AccessDenied) when calling the ListQueues operation: User: arn:aws:iam::278805249149:user/no-policy-user is not authorized to perform: sqs:listqueues because no identity-based policy allows the sqs:listqueues action
      """

  Scenario: A user without a policy creates no user
    Given the user no-policy-user with an access key
    When no-policy-user runs:
      """sh
      aws iam create-user --user-name accomplice
      """
    Then it is refused:
      """
      An error occurred (AccessDenied) when calling the CreateUser operation: User: arn:aws:iam::278805249149:user/no-policy-user is not authorized to perform: iam:CreateUser on resource: arn:aws:iam::278805249149:user/accomplice because no identity-based policy allows the iam:CreateUser action
      """

  Scenario: A user without a policy attaches none to itself
    Given the user no-policy-user with an access key
    When no-policy-user runs:
      """sh
      aws iam attach-user-policy --user-name no-policy-user --policy-arn arn:aws:iam::aws:policy/AdministratorAccess
      """
    Then it is refused:
      """
      An error occurred (AccessDenied) when calling the AttachUserPolicy operation: User: arn:aws:iam::278805249149:user/no-policy-user is not authorized to perform: iam:AttachUserPolicy on resource: arn:aws:iam::278805249149:user/no-policy-user because no identity-based policy allows the iam:AttachUserPolicy action
      """

  Scenario: A role without a policy may be assumed, and then does nothing
    Given the role google-oidc-role, which trusts the OAuth client
    And a session of the role google-oidc-role
    When the session runs:
      """sh
      aws ec2 describe-instances
      """
    Then it is refused:
      """
      An error occurred (UnauthorizedOperation) when calling the DescribeInstances operation: You are not authorized to perform this operation. User: arn:aws:sts::278805249149:assumed-role/google-oidc-role/google-oidc-session is not authorized to perform: ec2:DescribeInstances because no identity-based policy allows the ec2:DescribeInstances action
      """

  Scenario: The role for EC2 is no role for IAM
    Given the role google-oidc-role, which trusts the OAuth client
    And the role google-oidc-role has the policy AmazonEC2FullAccess
    And a session of the role google-oidc-role
    When the session runs:
      """sh
      aws iam list-users
      """
    Then it is refused:
      """
      An error occurred (AccessDenied) when calling the ListUsers operation: User: arn:aws:sts::278805249149:assumed-role/google-oidc-role/google-oidc-session is not authorized to perform: iam:ListUsers on resource: arn:aws:iam::278805249149:user/ because no identity-based policy allows the iam:ListUsers action
      """

  Scenario: An explicit Deny outweighs AmazonEC2FullAccess
    Given the role google-oidc-role, which trusts the OAuth client
    And the role google-oidc-role has the policy AmazonEC2FullAccess
    And the role google-oidc-role has the inline policy:
      """json
      {
        "Version": "2012-10-17",
        "Statement": [{ "Effect": "Deny", "Action": "ec2:Describe*", "Resource": "*" }]
      }
      """
    And a session of the role google-oidc-role
    When the session runs:
      """sh
      aws ec2 describe-instances
      """
    Then it is refused:
      """
      An error occurred (UnauthorizedOperation) when calling the DescribeInstances operation: You are not authorized to perform this operation. User: arn:aws:sts::278805249149:assumed-role/google-oidc-role/google-oidc-session is not authorized to perform: ec2:DescribeInstances with an explicit deny in an identity-based policy
      """

  Scenario: A service that speaks JSON says it its own way
    Given the user no-policy-user with an access key
    When no-policy-user runs:
      """sh
      aws secretsmanager list-secrets
      """
    Then it is refused:
      """
      An error occurred (AccessDeniedException) when calling the ListSecrets operation: User: arn:aws:iam::278805249149:user/no-policy-user is not authorized to perform: secretsmanager:ListSecrets because no identity-based policy allows the secretsmanager:ListSecrets action
      """
