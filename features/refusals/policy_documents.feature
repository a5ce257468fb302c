Feature: Refused: policy documents that IAM would not take
  LocalStack takes all of these; IAM takes none.

  Scenario Outline: A trust policy <trouble>
    Given the file "trust.json":
      """json
      <document>
      """
    When the administrator runs:
      """sh
      aws iam create-role --role-name google-oidc-role --assume-role-policy-document file://trust.json
      """
    Then it is refused:
      """
      An error occurred (MalformedPolicyDocument) when calling the CreateRole operation: <message>
      """

    Examples:
      | trouble                      | document | message |
      | with a mistyped effect       | {"Version":"2012-10-17","Statement":[{"Effect":"Alow","Principal":{"Federated":"accounts.google.com"},"Action":"sts:AssumeRoleWithWebIdentity"}]} | Syntax errors in policy: expected `Effect` to be `Allow` or `Deny`, in this case |
      | that trusts nobody           | {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRoleWithWebIdentity"}]} | Syntax errors in policy: the statement has no `Principal` |
      | with an unknown operator     | {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":"accounts.google.com"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEqual":{"accounts.google.com:aud":"x"}}}]} | Syntax errors in policy: `StringEqual` is not a condition operator |
      | that names a resource        | {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":"accounts.google.com"},"Action":"sts:AssumeRoleWithWebIdentity","Resource":"*"}]} | Syntax errors in policy: a trust policy may not have `Resource` |
      | for an action that is not STS's | {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":"accounts.google.com"},"Action":"ec2:DescribeInstances"}]} | Syntax errors in policy: a trust policy may only name actions that assume a role, found `ec2:DescribeInstances` |
      | that is only a string        | "hello" | Syntax errors in policy: expected a policy document (an object), found a string |

  Scenario: Nothing came of it
    When the administrator runs:
      """sh
      aws iam create-role --role-name google-oidc-role --assume-role-policy-document '{}'; aws iam get-role --role-name google-oidc-role
      """
    Then it is refused:
      """
      An error occurred (MalformedPolicyDocument) when calling the CreateRole operation: Syntax errors in policy: the policy has no `Statement`

      An error occurred (NoSuchEntity) when calling the GetRole operation: Role google-oidc-role not found
      """
