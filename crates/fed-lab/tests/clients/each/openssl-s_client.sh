# needs: openssl
# version: openssl version
# names: no
# prints: Verification: OK
openssl s_client -connect sts.amazonaws.com:443 -verify_return_error < /dev/null 2> /dev/null |
  grep '^Verification'
