# needs: wget
# version: wget --version
# names: no
# prints: https://accounts.google.com
wget -q -O - https://accounts.google.com/.well-known/openid-configuration |
  python3 -c 'import json, sys; print(json.load(sys.stdin)["issuer"])'
