# needs: python3
# version: python3 --version
# names: yes
# prints: https://accounts.google.com
python3 -c '
import json, urllib.request
url = "https://accounts.google.com/.well-known/openid-configuration"
print(json.load(urllib.request.urlopen(url))["issuer"])'
