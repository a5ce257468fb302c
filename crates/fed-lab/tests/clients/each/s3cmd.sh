# needs: s3cmd
# version: s3cmd --version
# names: no
# prints: s3://s3cmd-in-the-lab
s3cmd --config /dev/null --region us-east-1 mb s3://s3cmd-in-the-lab > /dev/null
s3cmd --config /dev/null --region us-east-1 ls | awk '{ print $3 }' | grep s3cmd
