# needs: new:google-auth
# names: yes
# prints: https://accounts.google.com
# By the metadata server of a machine of Google's, and checked with Google's published keys.
"$NEW/bin/python" -c '
import google.auth.transport.requests, google.oauth2.id_token
request = google.auth.transport.requests.Request()
token = google.oauth2.id_token.fetch_id_token(request, "audience")
print(google.oauth2.id_token.verify_oauth2_token(token, request, "audience")["iss"])'
