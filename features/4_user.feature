Feature: 4. A user without permissions
  The user has an access key, and may do nothing with it: whatever the role allows
  later, it is not the user's doing.

  Scenario: Created as the tutorial types it
    When the administrator runs:
      """sh
      aws iam create-user --user-name no-policy-user
      """
    Then it prints the JSON:
      """json
      {
        "User": {
          "Path": "/",
          "UserName": "no-policy-user",
          "UserId": "{user id}",
          "Arn": "arn:aws:iam::278805249149:user/no-policy-user",
          "CreateDate": "{date}"
        }
      }
      """
    When the administrator runs:
      """sh
      aws iam create-access-key --user-name no-policy-user
      """
    Then it prints the JSON:
      """json
      {
        "AccessKey": {
          "UserName": "no-policy-user",
          "AccessKeyId": "{access key id}",
          "Status": "Active",
          "SecretAccessKey": "{secret access key}",
          "CreateDate": "{date}"
        }
      }
      """
    When I note it as no-policy-user's access key
    And no-policy-user runs:
      """sh
      aws sts get-caller-identity
      """
    Then it prints the JSON:
      """json
      {
        "UserId": "{user id}",
        "Account": "278805249149",
        "Arn": "arn:aws:iam::278805249149:user/no-policy-user"
      }
      """

  Scenario: The user sees nothing, says fed-cli
    Given the user no-policy-user with an access key
    When no-policy-user runs:
      """sh
      fed-cli probe --credentials environment
      """
    Then it exits with 3 and prints:
      """
      denied: UnauthorizedOperation: You are not authorized to perform this operation. User: arn:aws:iam::278805249149:user/no-policy-user is not authorized to perform: ec2:DescribeInstances because no identity-based policy allows the ec2:DescribeInstances action
      """

  Scenario: Created by fed-cli, beside the role
    Given fed-cli's profile google
    When the administrator runs:
      """sh
      fed-cli bootstrap apply --yes --subject 113632458324056836621 --no-policy-user
      """
    Then it prints:
      """
      + create role `google-oidc-role`
      + create user `no-policy-user` without any policy
      + create an access key for user `no-policy-user`
      {
          "AccessKey": {
              "AccessKeyId": "{access key id}",
              "File": "no-policy-user.access-key.json",
              "Status": "Active",
              "UserName": "no-policy-user"
          }
      }
      """
    And the file "no-policy-user.access-key.json" is readable by nobody else
    When I run:
      """sh
      cat no-policy-user.access-key.json
      """
    Then it prints the JSON:
      """json
      {
        "AccessKey": {
          "UserName": "no-policy-user",
          "AccessKeyId": "{access key id}",
          "Status": "Active",
          "SecretAccessKey": "{secret access key}"
        }
      }
      """
    When I note it as no-policy-user's access key
    And no-policy-user runs:
      """sh
      fed-cli probe --credentials environment --output json
      """
    Then it exits with 3 and prints:
      """
      {
          "allowed": false,
          "code": "UnauthorizedOperation",
          "reason": "You are not authorized to perform this operation. User: arn:aws:iam::278805249149:user/no-policy-user is not authorized to perform: ec2:DescribeInstances because no identity-based policy allows the ec2:DescribeInstances action"
      }
      """
