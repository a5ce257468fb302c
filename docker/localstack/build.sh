#!/usr/bin/env bash
# Provides the LocalStack image that `fed-lab --backend container` uses: has it,
# pulls it, or builds it from Debian and Python packages where no registry can be
# reached. Running it again does nothing.
#
#   docker/localstack/build.sh [IMAGE]      default: localstack/localstack:4.13.1
#
# Building needs root and debootstrap; pulling does not. Set REBUILD=1 to build
# whether or not the image is there.
set -euo pipefail

image=${1:-localstack/localstack:4.13.1}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
requirements=$here/../../crates/fed-lab/python/localstack/requirements.txt

say() { printf 'image: %s\n' "$*" >&2; }
fail() { printf 'error: %s\n\nhint: %s\n' "$1" "$2" >&2; exit 1; }
# shellcheck source=docker/base.sh
. "$here/../base.sh"

docker version >/dev/null 2>&1 ||
  fail 'expected a Docker engine, found that none answers' \
       'start Docker, or point DOCKER_HOST at it; the lab also runs without: --backend host'

if [ -z "${REBUILD:-}" ]; then
  if docker image inspect "$image" >/dev/null 2>&1; then
    say "$image is there"
    exit 0
  fi
  say "pulling $image"
  if docker pull --quiet "$image" >/dev/null 2>&1; then
    say "$image is pulled"
    exit 0
  fi
  say 'no registry has it or can be reached: building it from Debian and Python packages'
fi

work=$(mktemp -d)
trap 'clean_base "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
make_base "$work"

mkdir "$work/context"
cp "$here/Dockerfile" "$requirements" "$work/context/"
certificates_to "$work/context/ca.pem"
say "building $image: about a minute"
if ! docker build --build-arg "BASE=$base" --tag "$image" "$work/context" \
    >"$work/build.log" 2>&1; then
  tail -n 15 "$work/build.log" >&2
  fail "building $image failed" 'its last lines are above'
fi
say "$image is built"
