# What the steps of the actions say to the runner; to be sourced.

# fail TEXT [STATUS]: an annotation of the run. Text of others is in it, which must not become a
# command of its own (GitHub, "Workflow commands": `%`, CR and LF are written as hexadecimal).
fail() {
  local text=${1//'%'/%25}
  text=${text//$'\r'/%0D}
  text=${text//$'\n'/%0A}
  printf '::error::%s\n' "$text" >&2
  exit "${2-2}"
}

# of_one_line INPUT VALUE: refuses a value that the runner would take for several.
of_one_line() {
  [[ $2 != *[$'\r\n']* ]] || fail "expected \`$1\` to be one line, found \`$2\`"
}

# a_region VALUE: refuses what is none; any other would make another host of an endpoint's name.
a_region() {
  [[ $1 =~ ^[a-z][a-z0-9-]{0,62}$ ]] || fail "expected a region such as \`eu-central-1\`, found \`$1\`"
}

# give NAME VALUE: a variable of the steps that follow. The mark is nobody's to guess.
give() {
  local mark
  mark=mark-$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
  printf '%s<<%s\n%s\n%s\n' "$1" "$mark" "$2" "$mark" >>"$GITHUB_ENV"
}
