# The home of somebody who begins, and the commands of the session that nobody is shown.
set -eu
mkdir -p ~/.local/bin ~/Downloads
cd
export PATH=~/.local/bin:"$PATH" AWS_CONFIG_FILE=~/.aws/config AWS_PAGER= NO_COLOR=1 TERM=dumb
unset AWS_REGION AWS_DEFAULT_REGION
export AWS_EC2_METADATA_DISABLED=true BROWSER='curl -sSL -o /dev/null'
printf '{"web": {"client_id": "%s", "client_secret": "%s", "redirect_uris": ["%s"]}}' \
    "$FED_LAB_CLIENT_ID" "$(cat "$FED_LAB_CLIENT_SECRET_FILE")" \
    http://127.0.0.1:3000/auth/google/callback >~/Downloads/client_secret.json
chmod 600 ~/Downloads/client_secret.json
# The one that has boto3, beside the lab's aws CLI.
printf '#!/bin/sh\nexec "%s" "$@"\n' \
    "$(dirname "$(realpath "$(command -v aws)")")/../bin/python" >~/.local/bin/python3
cat >~/work.py <<'PYTHON'
import os, subprocess, boto3

session = boto3.Session()
for hours in (0, 2):
    subprocess.run(["move-clock", str(hours * 3600)], check=True)
    print(f"after {hours} h, by {session.get_credentials().method}:")
    try:
        print("boto3:", session.client("sts").get_caller_identity()["Arn"])
    except Exception as error:
        print("boto3:", error)
    subprocess.run("aws sts get-caller-identity --query Arn --output text", shell=True)
PYTHON
cat >~/.local/bin/move-clock <<'SHELL'
#!/bin/sh
# The clock of everything is this file's, which libfaketime reads.
echo "+$1" >"$FAKETIME_TIMESTAMP_FILE"
SHELL
cat >~/.local/bin/revoke <<'SHELL'
#!/bin/sh
token=$(sed -n 's/.*"refresh_token":"\([^"]*\)".*/\1/p' ~/.local/state/fed/sign-in-*.json)
exec curl -sS -o /dev/null --data-urlencode "token=$token" "$FED_LAB_ISSUER_URL/revoke"
SHELL
cat >~/.local/bin/fifty-profiles <<'SHELL'
#!/bin/sh
for number in $(seq -w 1 50); do
    sed "s/^\[profile.google\]/[profile.sandbox-$number]/" ~/.config/fed/config.toml
done >~/fifty.toml
mv ~/fifty.toml ~/.config/fed/config.toml
SHELL
chmod +x ~/.local/bin/*
