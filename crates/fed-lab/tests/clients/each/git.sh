# needs: git
# version: git --version
# names: yes
# prints: 403
# What answers it is the gate; a repository it has not.
GIT_CURL_VERBOSE=1 GIT_TERMINAL_PROMPT=0 \
  git ls-remote https://git-codecommit.us-east-1.amazonaws.com/v1/repos/app 2>&1 |
  grep -o 'HTTP/1.1 4[0-9]*' | head -n 1 | cut -d ' ' -f 2
