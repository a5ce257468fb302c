#!/usr/bin/env bash
# Builds the image of fed-lab from programs that are built already.
#
#   cargo build --release --package fed-cli --package fed-lab
#   docker/fed-lab/build.sh target/release [IMAGE]      default: fed-lab
#
# The base is debian:bookworm-slim where it is there or can be pulled; else one is made by
# debootstrap, which needs root.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=packaging/names
. "$here/../../packaging/names"
programs=${1:?'the folder with fed-cli and fed-lab'}
image=${2:-$IMAGE}

say() { printf 'image: %s\n' "$*" >&2; }
fail() { printf 'error: %s\n\nhint: %s\n' "$1" "$2" >&2; exit 1; }
# shellcheck source=docker/base.sh
. "$here/../base.sh"

docker version >/dev/null 2>&1 ||
  fail 'expected a Docker engine, found that none answers' 'start Docker, or point DOCKER_HOST at it'

work=$(mktemp -d)
trap 'clean_base "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
slim=debian:bookworm-slim
if docker image inspect "$slim" >/dev/null 2>&1 || docker pull --quiet "$slim" >/dev/null 2>&1; then
  base=$slim
else
  say "$slim is not there and cannot be pulled"
  make_base "$work"
fi

mkdir "$work/context"
cp "$here/aws" "$work/context/"
# Without what a debugger wants they are a quarter as large.
for program in fed-cli fed-lab; do
  strip -o "$work/context/$program" "$programs/$program"
done
certificates_to "$work/context/ca.pem"
say "building $image: about a minute"
built() {
  docker build --file "$here/Dockerfile" --build-arg "BASE=$base" --tag "$image" "$work/context" \
    >"$work/build.log" 2>&1
}
# Engines on fuse-overlayfs now and then do not find a file that they have just copied.
again() {
  grep -q 'failed to copy files: lchown .*: no such file or directory' "$work/build.log" || return
  say 'the engine lost a file while it copied: once more, from there'
  built
}
if ! built && ! again; then
  tail -n 15 "$work/build.log" >&2
  fail "building $image failed" 'its last lines are above'
fi
say "$image is built"
