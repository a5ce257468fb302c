#!/usr/bin/env bash
# Puts a program of this project on the PATH of the job, unless it is there: from the release
# that the action is of, its checksum compared.
#
#   ACTION_REPOSITORY=… ACTION_REF=… FED_VERSION=… install.sh PROGRAM
set -Eeuo pipefail
program=$1
# shellcheck source=command.sh
source "$(dirname "${BASH_SOURCE[0]}")/command.sh"

if command -v "$program" >/dev/null; then
  "$program" --version
  exit 0
fi
releases=${FED_RELEASES:-${GITHUB_SERVER_URL:-https://github.com}/$ACTION_REPOSITORY/releases/download}
version=${FED_VERSION:-$ACTION_REF}
version=${version#v}
[[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+$ ]] ||
  fail "the action is used as \`$version\`, which is no release; name a version, as in \`@v0.1.0\`, or give \`version\`" 1
name=fed-$version-$(uname -m)-linux
folder=$RUNNER_TEMP/$name
mkdir -p "$folder"
for file in "$name.tar.gz" "$name.tar.gz.sha256"; do
  curl --fail --silent --show-error --location --retry 3 --output "$folder/$file" "$releases/v$version/$file" ||
    fail "could not download $releases/v$version/$file" 1
done
(cd "$folder" && sha256sum --check --quiet -- "$name.tar.gz.sha256") ||
  fail "the checksum of $name.tar.gz does not hold" 1
tar --extract --directory "$folder" --file "$folder/$name.tar.gz"
printf '%s\n' "$folder/$name/bin" >>"$GITHUB_PATH"
"$folder/$name/bin/$program" --version
