# needs: new:requests
# names: yes
# prints: https://accounts.google.com
"$NEW/bin/python" -c '
import requests
print(requests.get("https://accounts.google.com/.well-known/openid-configuration").json()["issuer"])'
