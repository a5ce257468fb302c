# needs: new:boto3
# names: yes
# prints: arn:aws:iam::278805249149:root
"$NEW/bin/python" -c '
import boto3
print(boto3.client("sts").get_caller_identity()["Arn"])'
