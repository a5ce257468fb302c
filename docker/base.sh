# What the images here are built on, for the scripts that build them: a Debian with Python, made
# where no registry can be reached, and the certificates that pip trusts. To be sourced.

# say TEXT and fail MESSAGE HINT are the script's own.
base=fed-lab/debian:bookworm

# make_base WORK: sees that the Docker engine has $base, below that folder.
make_base() {
  if docker image inspect "$base" >/dev/null 2>&1; then
    say "the base $base is there"
    return
  fi
  [ "$(id -u)" -eq 0 ] ||
    fail 'debootstrap needs root' "run it as root: sudo $0"
  command -v debootstrap >/dev/null ||
    fail 'expected `debootstrap`, found none' 'apt-get install debootstrap'
  say "making the base $base by debootstrap: about a minute"
  if ! debootstrap --variant=minbase --include=python3,python3-venv,ca-certificates \
      bookworm "$1/root" >"$1/debootstrap.log" 2>&1; then
    tail -n 5 "$1/debootstrap.log" >&2
    fail 'debootstrap failed' "can Debian's package mirror be reached?"
  fi
  tar -C "$1/root" -c . | docker import - "$base" >/dev/null
}

# clean_base WORK: removes the folder; an interrupted debootstrap leaves these mounted.
clean_base() {
  local mounted
  for mounted in proc sys; do
    if mountpoint --quiet "$1/root/$mounted"; then umount "$1/root/$mounted"; fi
  done
  rm -rf --one-file-system "$1"
}

# certificates_to FILE: what pip trusts here, for pip inside the build.
certificates_to() {
  local candidate
  for candidate in "${PIP_CERT:-}" "${SSL_CERT_FILE:-}" /etc/ssl/certs/ca-certificates.crt; do
    if [ -n "$candidate" ] && [ -r "$candidate" ]; then
      cp "$candidate" "$1"
      return
    fi
  done
  fail 'found no certificate bundle for pip' 'PIP_CERT=/path/to/ca.pem names one'
}
