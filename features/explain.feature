@names
Feature: Why AWS says no, and what would change it
  `explain` says what AWS would answer, to the letter, and what to change; what it proposes was
  tried on the token and on those that must stay out. What nobody looked at is no yes.

  @explain
  Scenario: A denied workflow of GitHub, explained and mended
    Given the administrator has run:
      """sh
      aws iam create-open-id-connect-provider --url https://token.actions.githubusercontent.com --client-id-list sts.amazonaws.com
      """
    And the role deploy with the trust policy:
      """json
      {
        "Version": "2012-10-17",
        "Statement": [
          {
            "Effect": "Allow",
            "Principal": { "Federated": "arn:aws:iam::278805249149:oidc-provider/token.actions.githubusercontent.com" },
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": {
              "StringEquals": {
                "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
                "token.actions.githubusercontent.com:sub": "repo:acme/app:ref:refs/heads/main"
              }
            }
          }
        ]
      }
      """
    And the administrator has run:
      """sh
      fed-lab token github --repository acme/app --environment production > token
      fed-lab token github --repository acme/app --environment staging > staging
      fed-lab token github --repository acme/other > other
      """
    When I run:
      """sh
      fed-cli assume --role-arn arn:aws:iam::278805249149:role/deploy --web-identity-token-file token
      """
    Then it exits with 3 and says:
      """
      error: AWS refused to assume `arn:aws:iam::278805249149:role/deploy`: AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity

      hint: the role does not exist or its trust policy does not admit this token; `aws iam get-role --role-name deploy --query Role.AssumeRolePolicyDocument` shows what the role admits
      """
    When the administrator runs:
      """sh
      fed-cli explain --role-arn arn:aws:iam::278805249149:role/deploy --web-identity-token-file token
      """
    Then it exits with 3 and prints:
      """
      denied: STS does not let `repo:acme/app:environment:production` assume `arn:aws:iam::278805249149:role/deploy`
        AccessDenied (403): Not authorized to perform sts:AssumeRoleWithWebIdentity
        at the check of the trust policy

      causes, in the order to mend them
        1. line 11: the job names an environment, and with one GitHub puts the environment in place of the ref: asked for `repo:acme/app:ref:refs/heads/main`, the token has `repo:acme/app:environment:production`

      the trust policy
         1 | {
         2 |   "Version": "2012-10-17",
         3 |   "Statement": [
         4 |     {
         5 |       "Effect": "Allow",
         6 |       "Principal": { "Federated": "arn:aws:iam::278805249149:oidc-provider/token.actions.githubusercontent.com" },
         7 |       "Action": "sts:AssumeRoleWithWebIdentity",
         8 |       "Condition": {
         9 |         "StringEquals": {
        10 |           "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
        11 |           "token.actions.githubusercontent.com:sub": "repo:acme/app:ref:refs/heads/main"
        12 |         }
        13 |       }
        14 |     }
        15 |   ]
        16 | }

      asked for `sts:AssumeRoleWithWebIdentity`
      statement 1 (line 4), Allow: does not apply
        met      Principal
        met      Action
        met      StringEquals token.actions.githubusercontent.com:aud (line 10)
                   asked for: sts.amazonaws.com
                   token has: sts.amazonaws.com
        not met  StringEquals token.actions.githubusercontent.com:sub (line 11)
                   asked for: repo:acme/app:ref:refs/heads/main
                   token has: repo:acme/app:environment:production

      to admit it: let `token.actions.githubusercontent.com:sub` be `repo:acme/app:environment:production`, too
      tried: it admits this token, and no token like it of others
      --- now
      +++ mended
      @@ -11,5 +11,8 @@
               "StringEquals": {
                 "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
      -          "token.actions.githubusercontent.com:sub": "repo:acme/app:ref:refs/heads/main"
      +          "token.actions.githubusercontent.com:sub": [
      +            "repo:acme/app:ref:refs/heads/main",
      +            "repo:acme/app:environment:production"
      +          ]
               }
             }
      """
    When the administrator runs:
      """sh
      fed-cli explain --role-arn arn:aws:iam::278805249149:role/deploy --web-identity-token-file token --apply 2>&1 | tail -n 3
      """
    Then it prints:
      """
      error: nobody is there to be asked

      hint: add `--yes` to put the trust policy without a question
      """
    When the administrator runs:
      """sh
      fed-cli explain --role-arn arn:aws:iam::278805249149:role/deploy --web-identity-token-file token --apply --yes
      """
    Then it prints:
      """
      denied: STS does not let `repo:acme/app:environment:production` assume `arn:aws:iam::278805249149:role/deploy`
        AccessDenied (403): Not authorized to perform sts:AssumeRoleWithWebIdentity
        at the check of the trust policy

      causes, in the order to mend them
        1. line 11: the job names an environment, and with one GitHub puts the environment in place of the ref: asked for `repo:acme/app:ref:refs/heads/main`, the token has `repo:acme/app:environment:production`

      the trust policy
         1 | {
         2 |   "Version": "2012-10-17",
         3 |   "Statement": [
         4 |     {
         5 |       "Effect": "Allow",
         6 |       "Principal": { "Federated": "arn:aws:iam::278805249149:oidc-provider/token.actions.githubusercontent.com" },
         7 |       "Action": "sts:AssumeRoleWithWebIdentity",
         8 |       "Condition": {
         9 |         "StringEquals": {
        10 |           "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
        11 |           "token.actions.githubusercontent.com:sub": "repo:acme/app:ref:refs/heads/main"
        12 |         }
        13 |       }
        14 |     }
        15 |   ]
        16 | }

      asked for `sts:AssumeRoleWithWebIdentity`
      statement 1 (line 4), Allow: does not apply
        met      Principal
        met      Action
        met      StringEquals token.actions.githubusercontent.com:aud (line 10)
                   asked for: sts.amazonaws.com
                   token has: sts.amazonaws.com
        not met  StringEquals token.actions.githubusercontent.com:sub (line 11)
                   asked for: repo:acme/app:ref:refs/heads/main
                   token has: repo:acme/app:environment:production

      to admit it: let `token.actions.githubusercontent.com:sub` be `repo:acme/app:environment:production`, too
      tried: it admits this token, and no token like it of others
      --- now
      +++ mended
      @@ -11,5 +11,8 @@
               "StringEquals": {
                 "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
      -          "token.actions.githubusercontent.com:sub": "repo:acme/app:ref:refs/heads/main"
      +          "token.actions.githubusercontent.com:sub": [
      +            "repo:acme/app:ref:refs/heads/main",
      +            "repo:acme/app:environment:production"
      +          ]
               }
             }
      """
    And it says:
      """
      put the trust policy of `arn:aws:iam::278805249149:role/deploy`: let `token.actions.githubusercontent.com:sub` be `repo:acme/app:environment:production`, too
      """
    When I run:
      """sh
      admitted() { fed-cli assume --role-arn arn:aws:iam::278805249149:role/deploy --web-identity-token-file "$1" 2>> errors | grep -o 'assumed-role/deploy' || echo "not $1"; }
      admitted token
      admitted staging
      admitted other
      """
    Then it prints:
      """
      assumed-role/deploy
      not staging
      not other
      """
    When the administrator runs:
      """sh
      fed-cli explain --role-arn arn:aws:iam::278805249149:role/deploy --web-identity-token-file token
      """
    Then it prints:
      """
      allowed: STS lets `repo:acme/app:environment:production` assume `arn:aws:iam::278805249149:role/deploy`

      the trust policy
         1 | {
         2 |   "Version": "2012-10-17",
         3 |   "Statement": [
         4 |     {
         5 |       "Effect": "Allow",
         6 |       "Principal": {
         7 |         "Federated": "arn:aws:iam::278805249149:oidc-provider/token.actions.githubusercontent.com"
         8 |       },
         9 |       "Action": "sts:AssumeRoleWithWebIdentity",
        10 |       "Condition": {
        11 |         "StringEquals": {
        12 |           "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
        13 |           "token.actions.githubusercontent.com:sub": [
        14 |             "repo:acme/app:ref:refs/heads/main",
        15 |             "repo:acme/app:environment:production"
        16 |           ]
        17 |         }
        18 |       }
        19 |     }
        20 |   ]
        21 | }

      asked for `sts:AssumeRoleWithWebIdentity`
      statement 1 (line 4), Allow: applies
        met      Principal
        met      Action
        met      StringEquals token.actions.githubusercontent.com:aud (line 12)
                   asked for: sts.amazonaws.com
                   token has: sts.amazonaws.com
        met      StringEquals token.actions.githubusercontent.com:sub (line 13)
                   asked for: repo:acme/app:ref:refs/heads/main, repo:acme/app:environment:production
                   token has: repo:acme/app:environment:production
      """

  @explain
  Scenario: A token that its issuer did not sign is none, whatever the trust policy says
    Given the administrator has run:
      """sh
      aws iam create-open-id-connect-provider --url https://token.actions.githubusercontent.com --client-id-list sts.amazonaws.com
      """
    And the role deploy with the trust policy:
      """json
      {
        "Version": "2012-10-17",
        "Statement": [
          {
            "Effect": "Allow",
            "Principal": { "Federated": "arn:aws:iam::278805249149:oidc-provider/token.actions.githubusercontent.com" },
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": {
              "StringLike": {
                "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
                "token.actions.githubusercontent.com:sub": "repo:acme/app:*"
              }
            }
          }
        ]
      }
      """
    When the administrator runs:
      """sh
      fed-lab token github --repository acme/app --environment production | sed 's/.\{24\}$/AAAAAAAAAAAAAAAAAAAAAAAA/' > token
      fed-cli explain --role-arn arn:aws:iam::278805249149:role/deploy --web-identity-token-file token
      """
    Then it exits with 3 and prints:
      """
      denied: STS does not let `repo:acme/app:environment:production` assume `arn:aws:iam::278805249149:role/deploy`
        InvalidIdentityToken (400): The web identity token that was passed could not be validated by AWS. Get a new identity token from the identity provider and then retry the request.
        at the check of the signature

      causes, in the order to mend them
        1. the token is not signed with a key of its issuer
      note: line 11: `repo:acme/app:*` admits workflows of pull requests, and with them code not yet reviewed

      no change of the trust policy helps: it is not what stops the token
      """
    When I run:
      """sh
      fed-cli assume --role-arn arn:aws:iam::278805249149:role/deploy --web-identity-token-file token 2>&1 | head -n 1
      """
    Then it prints:
      """
      error: AWS refused to assume `arn:aws:iam::278805249149:role/deploy`: InvalidIdentityToken: The web identity token that was passed could not be validated by AWS. Get a new identity token from the identity provider and then retry the request.
      """

  @explain
  Scenario: An action that hangs on the tags of what it is on
    Given the tutorial's instance
    And the role deploy, which trusts the OAuth client
    And the role deploy has the inline policy:
      """json
      {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "ec2:StopInstances", "Resource": "*",
         "Condition": {"StringEquals": {"aws:ResourceTag/team": "blue"}}}]}
      """
    When the administrator runs:
      """sh
      id=$(aws ec2 describe-instances --query 'Reservations[].Instances[].InstanceId' --output text)
      fed-cli explain --role-arn arn:aws:iam::278805249149:role/deploy --action ec2:StopInstances --resource arn:aws:ec2:ap-northeast-2:278805249149:instance/$id
      """
    Then it exits with 3 and prints:
      """
      denied: `ec2:StopInstances` on `arn:aws:ec2:ap-northeast-2:278805249149:instance/{instance id}` by `arn:aws:iam::278805249149:role/deploy`, because no identity-based policy allows the ec2:StopInstances action

      statement 1 (line 2) of the identity-based policy `inline`, Allow: does not apply
        met      Resource
        not met  StringEquals aws:ResourceTag/team (line 3)
                   asked for: blue
                   request has: nothing

      to allow it: in the identity-based policy `inline`: the request has no `aws:ResourceTag/team`: line 3 asks for `blue`
      """
    When the administrator runs:
      """sh
      id=$(aws ec2 describe-instances --query 'Reservations[].Instances[].InstanceId' --output text)
      aws ec2 create-tags --resources $id --tags Key=team,Value=blue
      fed-cli explain --role-arn arn:aws:iam::278805249149:role/deploy --action ec2:StopInstances --resource arn:aws:ec2:ap-northeast-2:278805249149:instance/$id
      """
    Then it prints:
      """
      allowed: `ec2:StopInstances` on `arn:aws:ec2:ap-northeast-2:278805249149:instance/{instance id}` by `arn:aws:iam::278805249149:role/deploy`
      decided by statement 1 (line 2) of the identity-based policy `inline`

      statement 1 (line 2) of the identity-based policy `inline`, Allow: applies
        met      Resource
        met      StringEquals aws:ResourceTag/team (line 3)
                   asked for: blue
                   request has: blue
      """

  @explain
  Scenario: An action that the resource's own policy decides
    Given the role deploy, which trusts the OAuth client
    And the role deploy has the inline policy:
      """json
      {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": ["s3:GetObject", "sts:AssumeRole", "lambda:InvokeFunction"], "Resource": "*"}]}
      """
    And the administrator has run:
      """sh
      aws s3api create-bucket --bucket explained-278805249149 --create-bucket-configuration LocationConstraint=ap-northeast-2
      aws s3api put-bucket-policy --bucket explained-278805249149 --policy '{"Version": "2012-10-17", "Statement": [{"Sid": "NotThat", "Effect": "Deny", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::explained-278805249149/secret/*"}]}'
      """
    When the administrator runs:
      """sh
      explain() { fed-cli explain --role-arn arn:aws:iam::278805249149:role/deploy --action "$1" --resource "$2" 2>&1 | head -n 2; }
      explain s3:GetObject arn:aws:s3:::explained-278805249149/open
      explain s3:GetObject arn:aws:s3:::explained-278805249149/secret/k
      explain sts:AssumeRole arn:aws:iam::278805249149:role/deploy
      explain lambda:InvokeFunction arn:aws:lambda:ap-northeast-2:278805249149:function:f
      """
    Then it prints:
      """
      allowed: `s3:GetObject` on `arn:aws:s3:::explained-278805249149/open` by `arn:aws:iam::278805249149:role/deploy`
      decided by statement 1 (line 2) of the identity-based policy `inline`
      denied: `s3:GetObject` on `arn:aws:s3:::explained-278805249149/secret/k` by `arn:aws:iam::278805249149:role/deploy`, with an explicit deny in a resource-based policy
      decided by statement `NotThat` (line 1) of the resource-based policy `arn:aws:s3:::explained-278805249149/secret/k`
      denied: `sts:AssumeRole` on `arn:aws:iam::278805249149:role/deploy` by `arn:aws:iam::278805249149:role/deploy`, because no role trust policy allows the sts:AssumeRole action

      cannot tell: `lambda:InvokeFunction` on `arn:aws:lambda:ap-northeast-2:278805249149:function:f` by `arn:aws:iam::278805249149:role/deploy`
      it hangs on `the resource's own policy`
      """

  @explain
  Scenario: An error of AWS, taken apart
    Given the user no-policy-user with an access key
    When no-policy-user runs:
      """sh
      aws ec2 describe-instances 2> denied
      fed-cli explain error --file denied
      """
    Then it prints:
      """
      `UnauthorizedOperation` of the call `DescribeInstances`
        who       arn:aws:iam::278805249149:user/no-policy-user
        what      ec2:DescribeInstances
        on        not said
        denial    implicit
        policy    identity-based policy

      it means: no policy attached to the caller, or to its groups, allows it

      to look further:
        fed-cli explain --action ec2:DescribeInstances --principal arn:aws:iam::278805249149:user/no-policy-user
      """
    When the administrator runs:
      """sh
      fed-cli explain --action ec2:DescribeInstances --principal arn:aws:iam::278805249149:user/no-policy-user
      """
    Then it exits with 3 and prints:
      """
      denied: `ec2:DescribeInstances` on `*` by `arn:aws:iam::278805249149:user/no-policy-user`, because no identity-based policy allows the ec2:DescribeInstances action

      to allow it: add to a policy of `arn:aws:iam::278805249149:user/no-policy-user`: `{"Effect": "Allow", "Action": "ec2:DescribeInstances", "Resource": "*"}`
      """

  @explain
  Scenario: A policy is linted, tested and simulated before anybody has it
    Given the file "trust.json":
      """json
      {
        "Version": "2012-10-17",
        "Statement": [
          {
            "Effect": "Allow",
            "Principal": { "Federated": "arn:aws:iam::278805249149:oidc-provider/token.actions.githubusercontent.com" },
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": {
              "StringEquals": {
                "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
                "token.actions.githubusercontent.com:sub": "repo:acme/app:ref:refs/heads/main"
              }
            }
          }
        ]
      }
      """
    And the file "wide.json":
      """json
      {
        "Version": "2012-10-17",
        "Statement": [
          {
            "Effect": "Allow",
            "Principal": { "Federated": "accounts.google.com" },
            "Action": "sts:AssumeRoleWithWebIdentity"
          }
        ]
      }
      """
    And the file "expectations.yaml":
      """
      trust_policy_file: trust.json
      role_arn: arn:aws:iam::278805249149:role/deploy
      tests:
        - name: a run on main
          token: {iss: "https://token.actions.githubusercontent.com", aud: sts.amazonaws.com, sub: "repo:acme/app:ref:refs/heads/main"}
          expect: allowed
        - name: a run for a pull request
          token: {iss: "https://token.actions.githubusercontent.com", aud: sts.amazonaws.com, sub: "repo:acme/app:pull_request"}
          expect: denied
        - name: a run of a fork, which nobody wants
          token: {iss: "https://token.actions.githubusercontent.com", aud: sts.amazonaws.com, sub: "repo:evil/app:ref:refs/heads/main"}
          expect: allowed
      """
    And the file "cases.jsonl":
      """
      {"name": "may look", "request": {"principal": "arn:aws:iam::278805249149:user/u", "action": "ec2:DescribeInstances", "resource": "*"}, "identity_policies": [{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "ec2:Describe*", "Resource": "*"}}], "expected": "Allowed"}
      {"name": "may stop", "request": {"principal": "arn:aws:iam::278805249149:user/u", "action": "ec2:StopInstances", "resource": "*"}, "identity_policies": [{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "ec2:Describe*", "Resource": "*"}}], "expected": "Allowed"}
      """
    When I run:
      """sh
      fed-cli policy lint wide.json trust.json
      """
    Then it prints:
      """
      wide.json:6:35: warning: everybody who can get a token from `accounts.google.com` is let in [anybody]
      6 |       "Principal": { "Federated": "accounts.google.com" },
        |                                   ^
        hint: pin the person or workload: StringEquals on `accounts.google.com:sub`
      trust.json: role trust policy: nothing to say against it
      """
    When I run:
      """sh
      fed-cli policy test expectations.yaml
      """
    Then it exits with 3 and prints:
      """
      ok      a run on main
      ok      a run for a pull request
      FAILED  a run of a fork, which nobody wants: expected allowed, found implicitly-denied
      2 passed, 1 failed
      """
    When I run:
      """sh
      fed-cli policy simulate --cases cases.jsonl 2>&1
      """
    Then it exits with 3 and prints:
      """
      {"name":"may look","decision":"Allowed","deciding":[{"policy":"identity_policies[0]","statement":0}]}
      {"name":"may stop","decision":"ImplicitlyDenied","deciding":[],"expected":"Allowed"}
      2 cases, 1 not as expected
      """
