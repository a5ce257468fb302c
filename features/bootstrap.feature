@names
Feature: A role that bootstrap makes, and takes away again
  Nothing happens unasked, nothing happens in another account, and what others put there stands in
  the way of all that would go.

  Background:
    Given the administrator has run:
      """sh
      aws iam create-open-id-connect-provider --url https://token.actions.githubusercontent.com --client-id-list sts.amazonaws.com
      """

  @bootstrap
  Scenario: Planned, made, used, and destroyed but for what others put there
    When the administrator runs:
      """sh
      fed-cli bootstrap plan --role-arn arn:aws:iam::278805249149:role/ci --issuer https://token.actions.githubusercontent.com --subject repo:acme/app:ref:refs/heads/main --policy-arn ReadOnlyAccess --detailed-exitcode
      """
    Then it exits with 7 and prints:
      """
      + create role `ci`
          + {
          +   "Version": "2012-10-17",
          +   "Statement": [
          +     {
          +       "Effect": "Allow",
          +       "Principal": {
          +         "Federated": "arn:aws:iam::278805249149:oidc-provider/token.actions.githubusercontent.com"
          +       },
          +       "Action": "sts:AssumeRoleWithWebIdentity",
          +       "Condition": {
          +         "StringEquals": {
          +           "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
          +           "token.actions.githubusercontent.com:sub": "repo:acme/app:ref:refs/heads/main"
          +         }
          +       }
          +     }
          +   ]
          + }
      + attach `arn:aws:iam::aws:policy/ReadOnlyAccess` to role `ci`
      """
    When the administrator runs:
      """sh
      fed-cli bootstrap plan --role-arn arn:aws:iam::278805249149:role/ci --issuer https://token.actions.githubusercontent.com --subject repo:acme/app:ref:refs/heads/main --policy-arn ReadOnlyAccess --format markdown
      """
    Then it prints:
      """
      ### Plan for `arn:aws:iam::278805249149:role/ci`

      2 to add, 0 to change, 0 to remove.

      - **add** create role `ci`

        ```diff
        + {
        +   "Version": "2012-10-17",
        +   "Statement": [
        +     {
        +       "Effect": "Allow",
        +       "Principal": {
        +         "Federated": "arn:aws:iam::278805249149:oidc-provider/token.actions.githubusercontent.com"
        +       },
        +       "Action": "sts:AssumeRoleWithWebIdentity",
        +       "Condition": {
        +         "StringEquals": {
        +           "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
        +           "token.actions.githubusercontent.com:sub": "repo:acme/app:ref:refs/heads/main"
        +         }
        +       }
        +     }
        +   ]
        + }
        ```

      - **add** attach `arn:aws:iam::aws:policy/ReadOnlyAccess` to role `ci`
      """
    When the administrator runs:
      """sh
      fed-cli bootstrap apply --role-arn arn:aws:iam::278805249149:role/ci --issuer https://token.actions.githubusercontent.com --subject repo:acme/app:ref:refs/heads/main --policy-arn ReadOnlyAccess
      """
    Then it exits with 2 and says:
      """
      error: nothing was changed: nobody can be asked without a terminal

      hint: look at what would happen with `bootstrap plan` or `destroy --dry-run`, then give `--yes`
      """
    When the administrator runs:
      """sh
      fed-cli bootstrap apply --role-arn arn:aws:iam::278805249149:role/ci --issuer https://token.actions.githubusercontent.com --subject repo:acme/app:ref:refs/heads/main --policy-arn ReadOnlyAccess --yes
      """
    Then it prints:
      """
      + create role `ci`
      + attach `arn:aws:iam::aws:policy/ReadOnlyAccess` to role `ci`
      """
    When the administrator runs:
      """sh
      fed-cli bootstrap plan --role-arn arn:aws:iam::278805249149:role/ci --issuer https://token.actions.githubusercontent.com --subject repo:acme/app:ref:refs/heads/main --policy-arn ReadOnlyAccess --detailed-exitcode
      """
    Then it prints:
      """
      nothing to change
      """
    When I run:
      """sh
      assume() { fed-lab token github --repository acme/app "$@" > token; fed-cli assume --role-arn arn:aws:iam::278805249149:role/ci --web-identity-token-file token 2>> errors | grep -o 'assumed-role/ci' || echo not admitted; }
      assume
      assume --pull-request 7
      """
    Then it prints:
      """
      assumed-role/ci
      not admitted
      """
    Given the administrator has run:
      """sh
      aws iam attach-role-policy --role-name ci --policy-arn arn:aws:iam::aws:policy/AdministratorAccess
      """
    When the administrator runs:
      """sh
      fed-cli bootstrap destroy --role-arn arn:aws:iam::278805249149:role/ci --yes 2>&1
      """
    Then it exits with 1 and prints:
      """
      note: OIDC provider `arn:aws:iam::278805249149:oidc-provider/token.actions.githubusercontent.com` was not made here: left alone
      in the way: role `ci` has `arn:aws:iam::aws:policy/AdministratorAccess`, which was not attached here
      error: nothing was removed: something that apply did not make hangs on what is to go

      hint: if nobody needs it, take it away and run this again:
        aws iam detach-role-policy --role-name ci --policy-arn arn:aws:iam::aws:policy/AdministratorAccess
      """
    When the administrator runs:
      """sh
      aws iam list-attached-role-policies --role-name ci --query 'AttachedPolicies[].PolicyName' --output text | tr '\t' '\n' | sort
      """
    Then it prints:
      """
      AdministratorAccess
      ReadOnlyAccess
      """
    When the administrator runs:
      """sh
      aws iam detach-role-policy --role-name ci --policy-arn arn:aws:iam::aws:policy/AdministratorAccess
      fed-cli bootstrap destroy --role-arn arn:aws:iam::278805249149:role/ci
      """
    Then it exits with 2 and says:
      """
      error: nothing was removed: nobody can be asked without a terminal

      hint: look at what would happen with `bootstrap plan` or `destroy --dry-run`, then give `--yes`
      """
    When the administrator runs:
      """sh
      fed-cli bootstrap destroy --role-arn arn:aws:iam::278805249149:role/ci --yes
      """
    Then it prints:
      """
      - detach `arn:aws:iam::aws:policy/ReadOnlyAccess` from role `ci`
      - delete role `ci`
      """
    When the administrator runs:
      """sh
      aws iam get-role --role-name ci 2>&1 | grep -o '(NoSuchEntity)'
      """
    Then it prints:
      """
      (NoSuchEntity)
      """

  @bootstrap
  Scenario: Credentials of another account make and remove nothing
    Given the administrator of another account
    When a stranger runs:
      """sh
      fed-cli bootstrap apply --role-arn arn:aws:iam::278805249149:role/ci --issuer https://token.actions.githubusercontent.com --subject repo:acme/app:ref:refs/heads/main --policy-arn ReadOnlyAccess --yes 2>&1 | grep -c 'is in account 278805249149'
      """
    Then it prints:
      """
      1
      """
    When a stranger runs:
      """sh
      fed-cli bootstrap destroy --role-arn arn:aws:iam::278805249149:role/ci --yes 2>&1 | grep -c 'is in account 278805249149'
      """
    Then it prints:
      """
      1
      """
    When a stranger runs:
      """sh
      aws iam get-role --role-name ci 2>&1 | grep -o '(NoSuchEntity)'
      """
    Then it prints:
      """
      (NoSuchEntity)
      """

  @bootstrap
  Scenario: The same role for Terraform
    When I run:
      """sh
      fed-cli bootstrap export --role-arn arn:aws:iam::278805249149:role/ci --issuer https://token.actions.githubusercontent.com --subject repo:acme/app:ref:refs/heads/main --policy-arn ReadOnlyAccess --format terraform
      """
    Then it prints:
      """
      variable "oidc_provider_exists" {
        type        = bool
        default     = false
        description = "Whether the account has the IAM OIDC provider of the issuer already"
      }

      data "aws_iam_openid_connect_provider" "this" {
        count = var.oidc_provider_exists ? 1 : 0
        url   = "https://token.actions.githubusercontent.com"

        lifecycle {
          postcondition {
            condition     = length(setsubtract(["sts.amazonaws.com"], self.client_id_list)) == 0
            error_message = "the provider that is there must accept the audience sts.amazonaws.com: aws iam add-client-id-to-open-id-connect-provider lets it"
          }
        }
      }

      resource "aws_iam_openid_connect_provider" "this" {
        count          = var.oidc_provider_exists ? 0 : 1
        url            = "https://token.actions.githubusercontent.com"
        client_id_list = ["sts.amazonaws.com"]
        tags = {
          "fed:made-by" = "fed-cli bootstrap"
          "fed:for-role" = "ci"
        }
      }

      locals {
        oidc_provider_arn = var.oidc_provider_exists ? data.aws_iam_openid_connect_provider.this[0].arn : aws_iam_openid_connect_provider.this[0].arn
      }

      resource "aws_iam_role" "this" {
        name                 = "ci"
        path                 = "/"
        max_session_duration = 3600
        assume_role_policy   = jsonencode({
          "Statement" = [
            {
              "Action" = "sts:AssumeRoleWithWebIdentity"
              "Condition" = {
                "StringEquals" = {
                  "token.actions.githubusercontent.com:aud" = "sts.amazonaws.com"
                  "token.actions.githubusercontent.com:sub" = "repo:acme/app:ref:refs/heads/main"
                }
              }
              "Effect" = "Allow"
              "Principal" = {
                "Federated" = local.oidc_provider_arn
              }
            },
          ]
          "Version" = "2012-10-17"
        })
        tags = {
          "fed:made-by" = "fed-cli bootstrap"
          "fed:policy:2a3bda39e1552cb2" = "arn:aws:iam::aws:policy/ReadOnlyAccess"
        }

        lifecycle {
          precondition {
            condition     = data.aws_caller_identity.this.account_id == "278805249149"
            error_message = "the role is in account 278805249149"
          }
        }
      }

      data "aws_caller_identity" "this" {}

      resource "aws_iam_role_policy_attachment" "managed_0" {
        role       = aws_iam_role.this.name
        policy_arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
      }

      output "role_arn" {
        value = aws_iam_role.this.arn
      }
      """
