# needs: new:urllib3
# names: no
# prints: https://accounts.google.com
"$NEW/bin/python" -c '
import urllib3
http = urllib3.PoolManager()
print(http.request("GET", "https://accounts.google.com/.well-known/openid-configuration").json()["issuer"])'
