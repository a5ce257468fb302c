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
      | with a mistyped effect       | {"Version":"2012-10-17","Statement":[{"Effect":"Alow","Principal":{"Federated":"accounts.google.com"},"Action":"sts:AssumeRoleWithWebIdentity"}]} | Syntax errors in policy. |
      | that trusts nobody           | {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRoleWithWebIdentity"}]} | Missing required field Principal |
      | with an unknown operator     | {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":"accounts.google.com"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEqual":{"accounts.google.com:aud":"x"}}}]} | Syntax errors in policy. |
      | that names a resource        | {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":"accounts.google.com"},"Action":"sts:AssumeRoleWithWebIdentity","Resource":"*"}]} | Has prohibited field Resource |
      | for an action that is not STS's | {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":"accounts.google.com"},"Action":"ec2:DescribeInstances"}]} | AssumeRole policy may only specify STS AssumeRole actions. |
      | that is only a string        | "hello" | Syntax errors in policy. |

  Scenario: Nothing came of it
    When the administrator runs:
      """sh
      aws iam create-role --role-name google-oidc-role --assume-role-policy-document '{}'; aws iam get-role --role-name google-oidc-role
      """
    Then it is refused:
      """
      An error occurred (MalformedPolicyDocument) when calling the CreateRole operation: Syntax errors in policy.

      An error occurred (NoSuchEntity) when calling the GetRole operation: The role with name google-oidc-role cannot be found.
      """

  Scenario Outline: An identity-based policy <trouble>
    When the administrator runs:
      """sh
      aws iam create-policy --policy-name p --policy-document '<document>'
      """
    Then it is refused:
      """
      An error occurred (MalformedPolicyDocument) when calling the CreatePolicy operation: <message>
      """

    Examples:
      | trouble                  | document | message |
      | that is cut off          | {"Version":"2012-10-17","Statement":[ | This policy contains invalid Json |
      | that names a principal   | {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"ec2:*","Resource":"*"}]} | Policy document should not specify a principal. |
      | without a resource       | {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"ec2:*"}]} | Policy statement must contain resources. |
      | without an action        | {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Resource":"*"}]} | Policy statement must contain actions. |
      | for no service's action  | {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"DescribeInstances","Resource":"*"}]} | Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc. |
      | for no ARN               | {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"ec2:*","Resource":"i-1"}]} | Resource i-1 must be in ARN format or "*". |

  Scenario: A third access key
    When the administrator runs:
      """sh
      aws iam create-user --user-name third-key-user >/dev/null
      for n in 1 2 3; do aws iam create-access-key --user-name third-key-user >/dev/null; done
      """
    Then it is refused:
      """
      An error occurred (LimitExceeded) when calling the CreateAccessKey operation: Cannot exceed quota for AccessKeysPerUser: 2
      """
