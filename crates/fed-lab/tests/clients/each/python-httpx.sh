# needs: new:httpx
# names: yes
# prints: https://accounts.google.com
"$NEW/bin/python" -c '
import httpx
print(httpx.get("https://accounts.google.com/.well-known/openid-configuration").json()["issuer"])'
