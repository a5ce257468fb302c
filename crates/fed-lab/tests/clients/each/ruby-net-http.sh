# needs: ruby
# version: ruby --version
# names: yes
# prints: https://accounts.google.com
ruby -r net/http -r json -e '
puts JSON.parse(Net::HTTP.get(URI("https://accounts.google.com/.well-known/openid-configuration")))["issuer"]'
