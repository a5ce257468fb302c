# needs: curl
# version: curl --version
# names: yes
# prints: arn:aws:iam::278805249149:root
curl -sS --aws-sigv4 aws:amz:us-east-1:sts --user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" \
  'https://sts.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15' | grep -o 'arn:[^<]*'
