# needs: aws
# version: aws --version
# names: yes
# prints: https://sqs.ap-northeast-2.amazonaws.com/278805249149/from-version-1
# The lab's own; with names its SQS goes to an address of before 2020, which it has a list of.
aws sqs create-queue --queue-name from-version-1 --query QueueUrl --output text |
  sed 's,.*/278,https://sqs.ap-northeast-2.amazonaws.com/278,'
