# needs: node
# version: node --version
# names: no
# prints: https://accounts.google.com
node -e '
fetch("https://accounts.google.com/.well-known/openid-configuration")
  .then(answer => answer.json()).then(document => console.log(document.issuer))'
