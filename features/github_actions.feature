Feature: GitHub Actions: a workflow run and the role that it may assume
  A role trusts GitHub's issuer by audience and subject, or by further claims. Runs of other
  branches, repositories and events, and tokens for somebody else, get nothing.

  Background:
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

  Scenario: A run on main is admitted
    When I run:
      """sh
      aws sts assume-role-with-web-identity --role-arn arn:aws:iam::278805249149:role/deploy --role-session-name deploy --web-identity-token "$(fed-lab token github --repository acme/app)" --query '[AssumedRoleUser.Arn, SubjectFromWebIdentityToken, Provider, Audience]' --output text
      """
    Then it prints:
      """
      arn:aws:sts::278805249149:assumed-role/deploy/deploy	repo:acme/app:ref:refs/heads/main	arn:aws:iam::278805249149:oidc-provider/token.actions.githubusercontent.com	sts.amazonaws.com
      """

  Scenario Outline: A run <of> is denied
    When I run:
      """sh
      aws sts assume-role-with-web-identity --role-arn arn:aws:iam::278805249149:role/deploy --role-session-name deploy --web-identity-token "$(fed-lab token github --repository <options>)"
      """
    Then it is refused:
      """
      An error occurred (AccessDenied) when calling the AssumeRoleWithWebIdentity operation: Not authorized to perform sts:AssumeRoleWithWebIdentity
      """

    Examples:
      | of                                          | options                                                        |
      | for a pull request                          | acme/app --pull-request 7                                      |
      | of another branch                           | acme/app --ref refs/heads/topic                                |
      | of a tag that is called main                | acme/app --ref refs/tags/main                                  |
      | in an environment                           | acme/app --environment production                              |
      | of another repository                       | acme/other                                                     |
      | of somebody else's repository               | attacker/app                                                   |
      | of a repository with an immutable subject   | acme/app --immutable-subject                                   |

  Scenario Outline: A token for <whom> proves nothing
    When I run:
      """sh
      aws sts assume-role-with-web-identity --role-arn arn:aws:iam::278805249149:role/deploy --role-session-name deploy --web-identity-token "$(fed-lab token github --repository acme/app --audience <audience>)"
      """
    Then it is refused:
      """
      An error occurred (InvalidIdentityToken) when calling the AssumeRoleWithWebIdentity operation: Incorrect token audience
      """

    Examples:
      | whom                       | audience                        |
      | the repository's owner     | https://github.com/acme         |
      | another cloud              | api://AzureADTokenExchange      |

  Scenario: An immutable subject is admitted by the policy that names its numbers
    Given the role release with the trust policy:
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
                "token.actions.githubusercontent.com:sub": "repo:acme@9919/app@4711:ref:refs/heads/main"
              }
            }
          }
        ]
      }
      """
    When I run:
      """sh
      assume() {
        aws sts assume-role-with-web-identity --role-arn arn:aws:iam::278805249149:role/release --role-session-name release --web-identity-token "$(fed-lab token github --repository acme/app --owner-id 9919 "$@")" --query AssumedRoleUser.Arn --output text 2>> errors
      }
      assume --repository-id 4711 --immutable-subject
      assume --repository-id 4711 || echo not without the numbers
      assume --repository-id 4712 --immutable-subject || echo not for the next owner of the name
      assume --repository-id 4711 --immutable-subject --pull-request 7 || echo not for a pull request
      """
    Then it prints:
      """
      arn:aws:sts::278805249149:assumed-role/release/release
      not without the numbers
      not for the next owner of the name
      not for a pull request
      """

  Scenario: Further claims count, where the policy tests them
    Given the role nightly with the trust policy:
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
                "token.actions.githubusercontent.com:repository_id": "4711",
                "token.actions.githubusercontent.com:environment": "production"
              },
              "StringLike": { "token.actions.githubusercontent.com:sub": "repo:acme/app:*" }
            }
          }
        ]
      }
      """
    When I run:
      """sh
      assume() {
        aws sts assume-role-with-web-identity --role-arn arn:aws:iam::278805249149:role/nightly --role-session-name nightly --web-identity-token "$(fed-lab token github "$@")" --query AssumedRoleUser.Arn --output text 2>> errors
      }
      assume --repository acme/app --repository-id 4711 --environment production
      assume --repository acme/app --repository-id 4711 --environment staging || echo not in staging
      assume --repository acme/app --repository-id 4711 || echo not without an environment
      assume --repository acme/app --repository-id 4712 --environment production || echo not of another repository
      assume --repository acme/apple --repository-id 4711 --environment production || echo not of another name
      """
    Then it prints:
      """
      arn:aws:sts::278805249149:assumed-role/nightly/nightly
      not in staging
      not without an environment
      not of another repository
      not of another name
      """

  Scenario: The usual steps of a workflow, as the runner runs them
    Given the file "deploy.sh":
      """sh
      set -eu
      # jobs.deploy.permissions: id-token: write
      # - name: Configure AWS credentials
      token=$(curl -sSf -H "Authorization: bearer $ACTIONS_ID_TOKEN_REQUEST_TOKEN" \
        "$ACTIONS_ID_TOKEN_REQUEST_URL&audience=sts.amazonaws.com" |
        python3 -c 'import json, sys; print(json.load(sys.stdin)["value"])')
      credentials=$(aws sts assume-role-with-web-identity --role-arn "$1" \
        --role-session-name "GitHubActions-$GITHUB_RUN_ID" --web-identity-token "$token" \
        --query 'Credentials.[AccessKeyId, SecretAccessKey, SessionToken]' --output text)
      set -- $credentials
      export AWS_ACCESS_KEY_ID=$1 AWS_SECRET_ACCESS_KEY=$2 AWS_SESSION_TOKEN=$3
      # - name: Who am I
      aws sts get-caller-identity --query Arn --output text
      """
    When I run:
      """sh
      fed-lab workflow --repository acme/app -- sh deploy.sh arn:aws:iam::278805249149:role/deploy
      """
    Then it prints:
      """
      arn:aws:sts::278805249149:assumed-role/deploy/GitHubActions-10563
      """
    When I run:
      """sh
      fed-lab workflow --repository acme/app --pull-request 7 -- sh deploy.sh arn:aws:iam::278805249149:role/deploy
      """
    Then it is refused:
      """
      An error occurred (AccessDenied) when calling the AssumeRoleWithWebIdentity operation: Not authorized to perform sts:AssumeRoleWithWebIdentity
      """
    When I run:
      """sh
      fed-lab workflow --repository acme/app -- sh -c 'curl -sS -H "Authorization: bearer made-up" "$ACTIONS_ID_TOKEN_REQUEST_URL&audience=sts.amazonaws.com"'
      """
    Then it prints:
      """
      the request token is missing or wrong
      """
