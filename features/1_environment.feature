Feature: 1. The environment
  The aws CLI and fed-cli talk to the lab as they would to AWS: with somebody's access
  key, in the tutorial's region.

  Scenario: The administrator is known by name
    When the administrator runs:
      """sh
      aws sts get-caller-identity
      """
    Then it prints the JSON:
      """json
      {
        "UserId": "278805249149",
        "Account": "278805249149",
        "Arn": "arn:aws:iam::278805249149:root"
      }
      """

  Scenario: The account is empty
    When the administrator runs:
      """sh
      aws ec2 describe-instances
      """
    Then it lists no instances

  Scenario: The region is the tutorial's
    When I run "aws configure" and answer:
      | AWS Access Key ID     |                |
      | AWS Secret Access Key |                |
      | Default region name   | ap-northeast-2 |
      | Default output format | json           |
    Then the file ".aws/config" holds:
      """ini
      [default]
      region = ap-northeast-2
      output = json
      """

  Scenario: Nobody is let in without credentials
    When I run:
      """sh
      aws ec2 describe-instances
      """
    Then it is refused:
      """
      Unable to locate credentials. You can configure credentials by running "aws configure".
      """

  Scenario: fed-cli asks EC2 as harmlessly
    When the administrator runs:
      """sh
      fed-cli probe --credentials environment
      """
    Then it prints:
      """
      allowed: there are no instances in this region
      """
