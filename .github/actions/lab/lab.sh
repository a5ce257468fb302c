#!/usr/bin/env bash
# Starts a lab that lasts as long as the job, and gives later steps its environment.
set -Eeuo pipefail
# shellcheck source=../command.sh
source "$GITHUB_ACTION_PATH/../command.sh"

of_one_line backend "$BACKEND"
of_one_line services "$SERVICES"
of_one_line issuers "$ISSUERS"
of_one_line seed "$SEED"
name=job-${GITHUB_RUN_ID:-0}-${GITHUB_RUN_ATTEMPT:-0}
fed-lab up --detach --name "$name" --backend "$BACKEND" --services "$SERVICES" --issuer "$ISSUERS" --seed "$SEED"
# Nobody is to find a lab that the steps that follow are not in.
trap '[ $? -eq 0 ] || fed-lab down --name "$name" >&2' EXIT
environment=$(fed-lab env --name "$name" --format json)

# A step can set variables for those that follow, and unset none that the job has.
while read -r variable; do
  [ -z "${!variable-}" ] ||
    fail "the job has \`$variable\` set, which would lead AWS clients out of the lab or lend them other credentials; set it in the steps that are to be outside"
done < <(jq --raw-output 'to_entries[] | select(.value == null) | .key' <<<"$environment")

while read -r variable; do
  value=$(jq --raw-output --arg name "$variable" '.[$name]' <<<"$environment")
  # The lab's keys open nothing but the lab; the log has none of them all the same.
  [[ $variable != *@(SECRET_ACCESS_KEY|REQUEST_TOKEN) ]] || printf '::add-mask::%s\n' "$value"
  give "$variable" "$value"
done < <(jq --raw-output 'to_entries[] | select(.value != null) | .key' <<<"$environment")
give FED_LAB_NAME "$name"
aws=$(jq --raw-output '.FED_LAB_AWS_CLI // empty' <<<"$environment")
[ -z "$aws" ] || dirname -- "$aws" >>"$GITHUB_PATH"
