# needs: php
# version: php --version
# names: no
# prints: https://accounts.google.com
php -r '
$curl = curl_init("https://accounts.google.com/.well-known/openid-configuration");
curl_setopt($curl, CURLOPT_RETURNTRANSFER, true);
echo json_decode(curl_exec($curl))->issuer, "\n";'
