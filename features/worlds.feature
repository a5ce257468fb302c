@worlds
Feature: A world of two accounts
  `examples/two-accounts/world.toml` says what the accounts `tools` and `shop` hold. A role in one
  account is assumed by principals of the other where both sides say so, and not where one does
  not. The lab of the file stands before the emulator that is there; accounts and buckets have other
  names in each scenario.

  Background:
    Given the example "two-accounts"
    And the file "in_world":
      """sh
      #!/bin/sh
      # Runs a script in the world of the file.
      exec fed-lab exec --backend external --endpoint "$FED_LAB_UPSTREAM_URL" --world two-accounts/world.toml -- sh -u "$@"
      """

  Scenario: A run on main becomes a role of the other account, a pull request nobody
    Given the file "walk":
      """sh
      become() { export AWS_ACCESS_KEY_ID=$1 AWS_SECRET_ACCESS_KEY=$2 AWS_SESSION_TOKEN=$3; }
      keys='Credentials.[AccessKeyId,SecretAccessKey,SessionToken]'
      deploy() {
        aws sts assume-role-with-web-identity --role-arn arn:aws:iam::111122223333:role/deploy --role-session-name ci --web-identity-token "$(fed-lab token github --repository acme/app "$@")" --query $keys --output text
      }
      deploy --pull-request 7
      deploy --ref refs/heads/topic
      become $(deploy)
      aws sts get-caller-identity --query Arn --output text
      become $(aws sts assume-role --role-arn arn:aws:iam::444455556666:role/release --role-session-name ci --query $keys --output text)
      aws sts get-caller-identity --query Arn --output text
      aws s3 cp s3://acme-artifacts/app/1.1.txt -; echo
      aws s3api put-object --bucket acme-artifacts --key app/1.2.txt
      """
    When I run:
      """sh
      sh in_world walk 2>&1 | grep -v -e '^$' -e '^lab: ' -e '^making '
      """
    Then it prints:
      """
      An error occurred (AccessDenied) when calling the AssumeRoleWithWebIdentity operation: Not authorized to perform sts:AssumeRoleWithWebIdentity
      An error occurred (AccessDenied) when calling the AssumeRoleWithWebIdentity operation: Not authorized to perform sts:AssumeRoleWithWebIdentity
      arn:aws:sts::111122223333:assumed-role/deploy/ci
      arn:aws:sts::444455556666:assumed-role/release/ci
      the second release
      An error occurred (AccessDenied) when calling the PutObject operation: User: arn:aws:sts::444455556666:assumed-role/release/ci is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::acme-artifacts/app/1.2.txt" because no identity-based policy allows the s3:PutObject action
      """

  Scenario: Both sides of a trust between accounts are needed, and the external id
    Given the file "walk":
      """sh
      assume() {
        profile=$1 role=$2; shift 2
        aws --profile "$profile" sts assume-role --role-arn arn:aws:iam::444455556666:role/$role --role-session-name walk --query AssumedRoleUser.Arn --output text "$@"
      }
      echo both sides; assume tools/ada release
      echo without the own account; assume tools/grace release
      echo without the other account; assume tools/ada untrusting
      echo no such role; assume tools/ada missing
      echo without the external id; assume tools/ada audit
      echo another external id; assume tools/ada audit --external-id b7f4
      echo the external id; assume tools/ada audit --external-id b7f3
      echo the external id alone; assume tools/grace audit --external-id b7f3
      """
    When I run:
      """sh
      sh in_world walk 2>&1 | grep -v -e '^$' -e '^lab: ' -e '^making '
      """
    Then it prints:
      """
      both sides
      arn:aws:sts::444455556666:assumed-role/release/walk
      without the own account
      An error occurred (AccessDenied) when calling the AssumeRole operation: User: arn:aws:iam::111122223333:user/grace is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::444455556666:role/release
      without the other account
      An error occurred (AccessDenied) when calling the AssumeRole operation: User: arn:aws:iam::111122223333:user/ada is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::444455556666:role/untrusting
      no such role
      An error occurred (AccessDenied) when calling the AssumeRole operation: User: arn:aws:iam::111122223333:user/ada is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::444455556666:role/missing
      without the external id
      An error occurred (AccessDenied) when calling the AssumeRole operation: User: arn:aws:iam::111122223333:user/ada is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::444455556666:role/audit
      another external id
      An error occurred (AccessDenied) when calling the AssumeRole operation: User: arn:aws:iam::111122223333:user/ada is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::444455556666:role/audit
      the external id
      arn:aws:sts::444455556666:assumed-role/audit/walk
      the external id alone
      An error occurred (AccessDenied) when calling the AssumeRole operation: User: arn:aws:iam::111122223333:user/grace is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::444455556666:role/audit
      """

  Scenario: A unit's policy binds the administrator of an account in it alone
    Given the file "walk":
      """sh
      aws --profile shop iam create-user --user-name eve
      aws --profile tools iam create-user --user-name eve --query User.Arn --output text
      aws --profile shop iam list-roles --query 'sort(Roles[].RoleName)' --output text
      """
    When I run:
      """sh
      sh in_world walk 2>&1 | grep -v -e '^$' -e '^lab: ' -e '^making '
      """
    Then it prints:
      """
      An error occurred (AccessDenied) when calling the CreateUser operation: User: arn:aws:iam::444455556666:root is not authorized to perform: iam:CreateUser on resource: arn:aws:iam::444455556666:user/eve with an explicit deny in a service control policy
      arn:aws:iam::111122223333:user/eve
      audit	release	untrusting
      """

  Scenario: What is wrong with the file is told before anything starts
    When I run:
      """sh
      sed -i 's/^managed_policies = .*Audit"\]$/managed_polices = []/' two-accounts/world.toml
      sh in_world walk
      """
    Then it exits with 5 and says:
      """
      error: `two-accounts/world.toml` line 102, column 1: unknown key `managed_polices` of `account.role`
            |
        102 | managed_polices = []
            | ^^^^^^^^^^^^^^^

      hint: did you mean `managed_policies`?
      """

  @needs-cloudformation
  Scenario: What a stack of CloudFormation makes is in the account, and nobody else's
    Given the file "stack.json":
      """json
      {"Parameters": {"Name": {"Type": "String"}},
       "Resources": {
         "Artifacts": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": {"Ref": "Name"}}},
         "Reader": {"Type": "AWS::IAM::Role", "Properties": {"RoleName": "reader", "AssumeRolePolicyDocument": {
           "Version": "2012-10-17",
           "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": {"Ref": "AWS::AccountId"}}}]}}}}}
      """
    And the file "stacked":
      """sh
      account=$(tr -dc 1-9 < /dev/urandom | head -c 12)
      cat > world.toml << end
      [[account]]
      id = "$account"
      name = "shop"
      [[account.user]]
      name = "eve"
      access_key = true
      [[account.stack]]
      name = "artifacts"
      template = "stack.json"
      parameters = { Name = "artifacts-$account" }
      end
      fed-lab exec --backend external --endpoint "$FED_LAB_UPSTREAM_URL" --world world.toml -- sh -c '
        aws --profile shop cloudformation describe-stacks --stack-name artifacts --query Stacks[].StackStatus --output text
        aws --profile shop s3api list-buckets --query "Buckets[].Name" --output text
        aws --profile shop iam list-roles --query "Roles[].RoleName" --output text
        aws --profile shop/eve cloudformation describe-stacks --stack-name artifacts
        aws --profile shop/eve s3api list-objects-v2 --bucket artifacts-'$account 2>&1 | sed s/$account/ACCOUNT/g
      """
    When I run:
      """sh
      sh -u stacked | grep -v -e '^$' -e '^lab: ' -e '^making '
      """
    Then it prints:
      """
      CREATE_COMPLETE
      artifacts-ACCOUNT
      reader
      An error occurred (AccessDenied) when calling the DescribeStacks operation: User: arn:aws:iam::ACCOUNT:user/eve is not authorized to perform: cloudformation:DescribeStacks on resource: arn:aws:cloudformation:ap-northeast-2:ACCOUNT:stack/artifacts/* because no identity-based policy allows the cloudformation:DescribeStacks action
      An error occurred (AccessDenied) when calling the ListObjectsV2 operation: User: arn:aws:iam::ACCOUNT:user/eve is not authorized to perform: s3:ListBucket on resource: "arn:aws:s3:::artifacts-ACCOUNT" because no identity-based policy allows the s3:ListBucket action
      """
