@needs-aws-policies
Feature: AWS's own policies, the same on every emulator
  Every emulator that a lab starts is given one list of them, with AWS's documents. One that is
  not in it is nobody's to attach.

  Scenario: One that not every emulator has is read, attached and decided by
    Given the user vpc-user with an access key
    When the administrator runs:
      """sh
      arn=arn:aws:iam::aws:policy/AmazonVPCReadOnlyAccess
      aws iam attach-user-policy --user-name vpc-user --policy-arn $arn
      aws iam get-policy --policy-arn $arn --query 'Policy.[PolicyName,Path,DefaultVersionId,AttachmentCount,CreateDate,UpdateDate]' --output text | tr '\t' ' '
      aws iam get-policy-version --policy-arn $arn --version-id v12 --query 'PolicyVersion.[IsDefaultVersion,Document.Statement[0].Action[0]]' --output text | tr '\t' ' '
      """
    Then it prints:
      """
      AmazonVPCReadOnlyAccess / v12 1 2015-02-06T18:41:17Z 2026-02-12T17:58:19Z
      True ec2:DescribeAccountAttributes
      """
    When vpc-user runs:
      """sh
      aws ec2 describe-addresses --query 'length(Addresses)'
      """
    Then it prints:
      """
      0
      """
    When vpc-user runs:
      """sh
      aws ec2 describe-instances
      """
    Then it is refused:
      """
      An error occurred (UnauthorizedOperation) when calling the DescribeInstances operation: You are not authorized to perform this operation. User: arn:aws:iam::278805249149:user/vpc-user is not authorized to perform: ec2:DescribeInstances because no identity-based policy allows the ec2:DescribeInstances action
      """

  Scenario: There are as many everywhere, and no others
    Given the user any-user with an access key
    When the administrator runs:
      """sh
      policies=arn:aws:iam::aws:policy
      aws iam list-policies --scope AWS --query 'length(Policies)'
      aws iam list-policies --scope AWS --path-prefix /job-function/ --query 'length(Policies)'
      aws iam attach-user-policy --user-name any-user --policy-arn $policies/AdminstratorAccess 2>&1 | grep -o '(NoSuchEntity)'
      aws iam get-policy --policy-arn $policies/AdminstratorAccess 2>&1 | grep -o '(NoSuchEntity)'
      aws iam get-policy-version --policy-arn $policies/AmazonVPCReadOnlyAccess --version-id v99 2>&1 | grep -o '(NoSuchEntity)'
      """
    Then it prints:
      """
      1582
      15
      (NoSuchEntity)
      (NoSuchEntity)
      (NoSuchEntity)
      """
