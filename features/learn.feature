@learn
Feature: From what a command did to the smallest policy, proved
  A command runs as a role that may do everything; what it used becomes a policy. The command
  passes under that policy, and fails without any part of it that it needs. Each run is in an
  account of its own.

  Background:
    Given the file "job.sh":
      """sh
      set -e
      aws iam create-role --role-name worker --assume-role-policy-document '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]}' > made
      aws iam put-role-policy --role-name worker --policy-name p --policy-document '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "ec2:DescribeInstances", "Resource": "*"}]}'
      aws ec2 describe-instances > seen || true
      """
    And the file "narrow.json":
      """json
      {
        "Version": "2012-10-17",
        "Statement": [
          { "Effect": "Allow", "Action": ["iam:CreateRole", "iam:DeleteRole"], "Resource": "arn:aws:iam::278805249149:role/worker" },
          { "Effect": "Allow", "Action": "s3:*", "Resource": "*" }
        ]
      }
      """

  Scenario: Learned, and proved by running it again
    When I run:
      """sh
      fed-lab learn --backend external --endpoint "$FED_LAB_UPSTREAM_URL" --account 278805249149 --seed none --prove --page proof.html -- sh job.sh 2> told
      """
    Then it prints the JSON:
      """json
      {
        "Version": "2012-10-17",
        "Statement": [
          { "Effect": "Allow", "Action": "ec2:DescribeInstances", "Resource": "*" },
          { "Effect": "Allow", "Action": ["iam:CreateRole", "iam:PutRolePolicy"], "Resource": "arn:aws:iam::278805249149:role/worker" }
        ]
      }
      """
    When I run:
      """sh
      cat told
      """
    Then it prints:
      """
      learned: 3 calls, 3 permissions, 2 statements, 223 characters
      proof: 2 runs without a part each, 4 at the same time
      proof: passes under the policy
        statement 1: NOT SHOWN NEEDED: without ec2:DescribeInstances: passes: denied once, it went on; it stays, since the command asks for it and may go another way when it is denied
        statement 2: needed: without iam:CreateRole, iam:PutRolePolicy: fails: denied iam:CreateRole on arn:aws:iam::278805249149:role/worker
      proof: 1 of 2 parts are needed
      """
    When I run:
      """sh
      grep -o 'The command passes under the policies.\|1 of 2 parts are shown to be needed.\|>not shown needed<\|>needed<' proof.html
      """
    Then it prints:
      """
      The command passes under the policies.
      1 of 2 parts are shown to be needed.
      >not shown needed<
      >needed<
      """
    And no secret is shown

  Scenario: Checked under a policy that lacks something
    When I run:
      """sh
      fed-lab check --backend external --endpoint "$FED_LAB_UPSTREAM_URL" --account 278805249149 --seed none --policy narrow.json -- sh job.sh 2> told > addition.json || echo "exit $?"
      """
    Then it prints:
      """
      exit 3
      """
    When I run:
      """sh
      grep -E '^(denied:|never used:)' told; cat addition.json
      """
    Then it prints:
      """
      denied: ec2:DescribeInstances on *: because no identity-based policy allows the ec2:DescribeInstances action
      denied: iam:PutRolePolicy on arn:aws:iam::278805249149:role/worker: because no identity-based policy allows the iam:PutRolePolicy action
      never used: narrow-1, statement 1: `iam:DeleteRole`
      never used: narrow-1, statement 2: all of it
      {
        "Version": "2012-10-17",
        "Statement": [
          {
            "Effect": "Allow",
            "Action": "ec2:DescribeInstances",
            "Resource": "*"
          },
          {
            "Effect": "Allow",
            "Action": "iam:PutRolePolicy",
            "Resource": "arn:aws:iam::278805249149:role/worker"
          }
        ]
      }
      """

  Scenario: Under the policy and its addition nothing is denied
    When I run:
      """sh
      fed-lab learn --backend external --endpoint "$FED_LAB_UPSTREAM_URL" --account 278805249149 --seed none -- sh job.sh > learned.json 2> told
      fed-lab check --backend external --endpoint "$FED_LAB_UPSTREAM_URL" --account 278805249149 --seed none --policy learned.json -- sh job.sh
      """
    Then it says:
      """
      nothing was denied
      """

  Scenario: A policy that IAM would not take is not tried
    Given the file "wrong.json":
      """json
      { "Version": "2012-10-17", "Statement": [{ "Effect": "allow", "Action": "*", "Resource": "*" }] }
      """
    When I run:
      """sh
      fed-lab check --backend external --endpoint "$FED_LAB_UPSTREAM_URL" --seed none --policy wrong.json -- sh job.sh
      """
    Then it exits with 5 and says:
      """
      error: expected a policy that IAM takes in `wrong.json`: line 1, column 54: expected `Effect` to be `Allow` or `Deny`, in this case

      hint: fed-cli policy lint wrong.json
      """
