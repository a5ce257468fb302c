# needs: rclone
# version: rclone version
# names: yes
# prints: rclone-in-the-lab
# Go, and the AWS SDK for Go, which takes AWS_CA_BUNDLE with no transport but its own.
unset AWS_CA_BUNDLE
rclone --config /dev/null mkdir :s3,provider=AWS,env_auth,region=us-east-1:rclone-in-the-lab
rclone --config /dev/null lsf --dirs-only :s3,provider=AWS,env_auth,region=us-east-1: | tr -d / | grep rclone
