# needs: new:httpie
# names: yes
# prints: "https://accounts.google.com"
# refused: may
# It asks for a newer version of itself, and must not get an answer.
"$NEW/bin/http" --ignore-stdin --body --pretty=none \
  https://accounts.google.com/.well-known/openid-configuration |
  grep -o '"issuer":"[^"]*"' | cut -d : -f 2-
