Feature: Refused: what a permissions boundary leaves out
  A boundary grants nothing. It limits what policies grant: what both allow is allowed,
  and nothing else.

  Background:
    Given the tutorial's instance

  @needs-user-boundaries
  Scenario: A user's policy goes no further than the user's boundary
    Given the user bounded-user with an access key
    And bounded-user has the policy AmazonEC2FullAccess
    And bounded-user has the boundary IAMReadOnlyAccess
    When bounded-user runs:
      """sh
      fed-cli probe --credentials environment
      """
    Then it exits with 3 and prints:
      """
      denied: UnauthorizedOperation: You are not authorized to perform this operation. User: arn:aws:iam::278805249149:user/bounded-user is not authorized to perform: ec2:DescribeInstances because no permissions boundary allows the ec2:DescribeInstances action
      """

  @needs-user-boundaries
  Scenario: A user's boundary is no policy
    Given the user bounded-user with an access key
    And bounded-user has the boundary AmazonEC2FullAccess
    When bounded-user runs:
      """sh
      fed-cli probe --credentials environment
      """
    Then it exits with 3 and prints:
      """
      denied: UnauthorizedOperation: You are not authorized to perform this operation. User: arn:aws:iam::278805249149:user/bounded-user is not authorized to perform: ec2:DescribeInstances because no identity-based policy allows the ec2:DescribeInstances action
      """

  @needs-user-boundaries
  Scenario: What policy and boundary allow is allowed
    Given the user bounded-user with an access key
    And bounded-user has the policy AmazonEC2FullAccess
    And bounded-user has the boundary AmazonEC2ReadOnlyAccess
    When bounded-user runs:
      """sh
      fed-cli probe --credentials environment --output json
      """
    Then it lists the instance:
      | instance_id   | instance_type | key_name | state   |
      | {instance id} | t2.micro      | ssup2    | running |

  Scenario: A role's session goes no further than the role's boundary
    Given the role google-oidc-role, which trusts the OAuth client
    And the role google-oidc-role has the policy AmazonEC2FullAccess
    And the role google-oidc-role has the boundary IAMReadOnlyAccess
    And a session of the role google-oidc-role
    When the session runs:
      """sh
      fed-cli probe --credentials environment
      """
    Then it exits with 3 and prints:
      """
      denied: UnauthorizedOperation: You are not authorized to perform this operation. User: arn:aws:sts::278805249149:assumed-role/google-oidc-role/google-oidc-session is not authorized to perform: ec2:DescribeInstances because no permissions boundary allows the ec2:DescribeInstances action
      """
