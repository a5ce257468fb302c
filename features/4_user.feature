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
