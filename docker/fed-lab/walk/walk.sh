#!/bin/sh
# The tutorial, from a container beside the lab's: an account of its own, the role and the user, a
# sign-in at Google by Google's own name, the exchange, and each refusal on the way. Ends with
# another status than 0 at the first step that does not go as it must.
set -eu
cd "$(mktemp -d)"
export HOME=$PWD
steps=0

# step TEXT: one step went as it must.
step() { steps=$((steps + 1)); printf '%2d. %s\n' "$steps" "$1"; }
fail() { printf 'error: %s\n' "$1" >&2; exit 1; }

# refused TEXT COMMAND…: the command fails, and says this.
refused() {
  expected=$1
  shift
  if said=$("$@" 2>&1); then fail "expected a refusal, found none: $*"; fi
  case $said in
    *"$expected"*) ;;
    *) fail "expected \`$expected\`, found: $said" ;;
  esac
}

# as ID SECRET COMMAND…: with these keys and no others.
as() {
  key=$1 secret=$2
  shift 2
  env -u AWS_SESSION_TOKEN AWS_ACCESS_KEY_ID="$key" AWS_SECRET_ACCESS_KEY="$secret" "$@"
}
as_admin() { as "$FED_LAB_ADMIN_ACCESS_KEY_ID" "$FED_LAB_ADMIN_SECRET_ACCESS_KEY" "$@"; }

# asked URL [HEADER VALUE]: the status of an answer.
asked() {
  python3 - "$@" <<'PYTHON'
import sys, urllib.error, urllib.request
try:
    headers = dict(zip(sys.argv[2::2], sys.argv[3::2]))
    request = urllib.request.Request(sys.argv[1], headers=headers)
    print(urllib.request.urlopen(request, timeout=30).status)
except urllib.error.HTTPError as error:
    print(error.code)
PYTHON
}

for page in _gate/decisions _lab _control/health; do
  [ "$(asked "$FED_LAB_GATE_URL/$page")" = 401 ] || fail "$page answers without the key"
done
step 'what steers the lab refuses without its key'
[ "$(asked "$FED_LAB_GATE_URL/_lab" authorization "Bearer $(cat "$FED_LAB_CONTROL_KEY_FILE")")" = 200 ] ||
  fail 'the key does not open _lab'
account=$(fed-lab account new --format sh)
eval "$account"
step 'an account of its own is opened with it'

cat >trust.json <<JSON
{"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
  "Principal": {"Federated": "accounts.google.com"}, "Action": "sts:AssumeRoleWithWebIdentity",
  "Condition": {"StringEquals": {"accounts.google.com:aud": "$FED_LAB_CLIENT_ID"}}}]}
JSON
role=arn:aws:iam::$FED_LAB_ACCOUNT_ID:role/google-oidc-role
found=$(as_admin aws iam create-role --role-name google-oidc-role \
  --assume-role-policy-document file://trust.json --query Role.Arn --output text)
[ "$found" = "$role" ] || fail "expected $role, found $found"
as_admin aws iam attach-role-policy --role-name google-oidc-role \
  --policy-arn arn:aws:iam::aws:policy/AmazonEC2FullAccess
as_admin aws iam create-user --user-name no-policy-user >/dev/null
keys=$(as_admin aws iam create-access-key --user-name no-policy-user \
  --query 'AccessKey.[AccessKeyId, SecretAccessKey]' --output text)
step 'the administrator makes the role and the user'

no_policy='is not authorized to perform: ec2:DescribeInstances because no identity-based policy allows'
# shellcheck disable=SC2086 # two words
refused "$no_policy" as $keys aws ec2 describe-instances
step 'the user may list no instances'

cat >config.toml <<TOML
[profile.google]
issuer = "https://accounts.google.com"
client_id = "$FED_LAB_CLIENT_ID"
client_secret_file = "$FED_LAB_CLIENT_SECRET_FILE"
redirect_uri = "http://127.0.0.1:3000/auth/google/callback"
role_arn = "$role"
region = "$AWS_REGION"
TOML
export FED_CONFIG="$PWD/config.toml" BROWSER='python3 /walk/browser.py'
fed-cli token --raw --account ada@example.com >token
step "a person signs in at https://accounts.google.com"

refused 'Not authorized to perform sts:AssumeRoleWithWebIdentity' \
  fed-cli assume --role-arn "${role}s" --web-identity-token-file token
step 'a role that is not there is not assumed'
fed-lab token google --email ada@example.com >other
sed 's/.$//' token >broken
refused 'InvalidIdentityToken' fed-cli assume --web-identity-token-file broken
step 'a token that was changed is refused'
refused 'Not authorized to perform sts:AssumeRoleWithWebIdentity' \
  fed-cli assume --role-arn "arn:aws:iam::278805249149:role/none" --web-identity-token-file other
step 'nor is a role of another account'

as_role() { fed-cli exec --web-identity-token-file token -- "$@"; }
who=$(as_role aws sts get-caller-identity --query Arn --output text)
case $who in
  "arn:aws:sts::$FED_LAB_ACCOUNT_ID:assumed-role/google-oidc-role/"*) ;;
  *) fail "expected the role, found $who" ;;
esac
as_role aws ec2 describe-instances >/dev/null
step 'the token is exchanged, and the role lists instances'
as_role env -u AWS_ENDPOINT_URL aws ec2 describe-instances >/dev/null
step "and does so by AWS's own names, without an endpoint"
refused 'is not authorized to perform: iam:ListRoles' as_role aws iam list-roles
step 'and may do nothing else'

fed-lab decisions | grep -q 'ec2:DescribeInstances' || fail 'no decision is told'
fed-lab account close "$FED_LAB_ACCOUNT_ID" 2>/dev/null
refused 'InvalidClientTokenId' as_admin aws sts get-caller-identity
step 'the account is closed, and its key is nobody'"'"'s'
printf 'walked: %d steps\n' "$steps"
