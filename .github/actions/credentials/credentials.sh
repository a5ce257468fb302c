#!/usr/bin/env bash
# Exchanges the run's ID token for the role's credentials. Later steps find them in their
# environment; the log shows none of them.
set -Eeuo pipefail
# shellcheck source=../command.sh
source "$GITHUB_ACTION_PATH/../command.sh"

of_one_line role-arn "$ROLE_ARN"
of_one_line role-session-name "$SESSION_NAME"
of_one_line duration "$DURATION"
of_one_line session-policy-file "$SESSION_POLICY_FILE"
of_one_line session-policy-arn "$SESSION_POLICY_ARN"
of_one_line allowed-account-ids "$ALLOWED_ACCOUNT_IDS"
[ -z "$REGION" ] || a_region "$REGION"

[[ $ROLE_ARN =~ ^arn:aws[a-z-]*:iam::([0-9]{12}):role/.+$ ]] ||
  fail "expected \`role-arn\` to be arn:aws:iam::ACCOUNT:role/NAME, found \`$ROLE_ARN\`"
account=${BASH_REMATCH[1]}
[ -z "$ALLOWED_ACCOUNT_IDS" ] || [[ ",${ALLOWED_ACCOUNT_IDS// /}," == *",$account,"* ]] ||
  fail "the role is of account $account, and \`allowed-account-ids\` lists $ALLOWED_ACCOUNT_IDS"

arguments=(--source github-actions --role-arn "$ROLE_ARN" --duration "$DURATION")
[ -z "$REGION" ] || arguments+=(--region "$REGION")
[ -z "$SESSION_NAME" ] || arguments+=(--role-session-name "$SESSION_NAME")
[ -z "$SESSION_POLICY_FILE" ] || arguments+=(--session-policy-file "$SESSION_POLICY_FILE")
[ -z "$SESSION_POLICY_ARN" ] || arguments+=(--session-policy-arn "$SESSION_POLICY_ARN")
answer=$(fed-cli assume "${arguments[@]}")

# found PATH: a value of the answer.
found() {
  local value
  value=$(jq --exit-status --raw-output "$1" <<<"$answer")
  of_one_line "$1 of the answer" "$value"
  printf '%s' "$value"
}
# secret NAME PATH: the same for the steps that follow, which the log is not to show.
secret() {
  local value
  value=$(found "$2")
  printf '::add-mask::%s\n' "$value"
  give "$1" "$value"
}
secret AWS_ACCESS_KEY_ID .Credentials.AccessKeyId
secret AWS_SECRET_ACCESS_KEY .Credentials.SecretAccessKey
secret AWS_SESSION_TOKEN .Credentials.SessionToken
expiration=$(found .Credentials.Expiration)
give AWS_CREDENTIAL_EXPIRATION "$expiration"
if [ -n "$REGION" ]; then
  give AWS_REGION "$REGION"
  give AWS_DEFAULT_REGION "$REGION"
fi
printf '%s until %s\n' "$(jq --raw-output .AssumedRoleUser.Arn <<<"$answer")" \
  "$(jq --raw-output .Credentials.Expiration <<<"$answer")"
