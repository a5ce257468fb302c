# needs: node
# version: node --version
# names: no
# prints: https://accounts.google.com
node -e '
require("https").get("https://accounts.google.com/.well-known/openid-configuration", answer => {
  let text = ""
  answer.on("data", part => text += part)
  answer.on("end", () => console.log(JSON.parse(text).issuer))
})'
