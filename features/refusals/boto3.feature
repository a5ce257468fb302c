Feature: Refused: as boto3 reads it
  Programs do not read sentences: they catch `client.exceptions.InvalidIdentityTokenException`
  or look at a code. Each refusal must be the one that a client of AWS catches.

  Scenario: STS: what is wrong with a call, before any key is looked at
    Then boto3 raises for me:
      | call                             | parameters                                                                                                                                          | exception                     | code                 | status | message                                                                                                                                                           |
      | sts.assume_role_with_web_identity | {"RoleArn": "arn:aws:iam::278805249149:role/google-oidc-role", "RoleSessionName": "google-oidc-session", "WebIdentityToken": "garbage"}              | InvalidIdentityTokenException | InvalidIdentityToken | 400    | The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)                                                                     |
      | sts.assume_role_with_web_identity | {"RoleArn": "arn:aws:iam::278805249149:user/google-oidc-role", "RoleSessionName": "google-oidc-session", "WebIdentityToken": "garbage"}              | ClientError                   | ValidationError      | 400    | Request ARN is invalid                                                                                                                                             |
      | sts.assume_role_with_web_identity | {"RoleArn": "arn:aws:iam::278805249149:role/google-oidc-role", "RoleSessionName": "a b", "WebIdentityToken": "garbage"}                              | ClientError                   | ValidationError      | 400    | 1 validation error detected: Value 'a b' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*            |

  Scenario: STS: a token that is over
    Given the role google-oidc-role, which trusts the OAuth client
    And an ID token that expired an hour ago
    Then boto3 raises for me:
      | call                             | parameters                                                                                                                               | exception             | code                  | status | message                                                                                           |
      | sts.assume_role_with_web_identity | {"RoleArn": "arn:aws:iam::278805249149:role/google-oidc-role", "RoleSessionName": "google-oidc-session", "WebIdentityToken": "$ID_TOKEN"} | ExpiredTokenException | ExpiredTokenException | 400    | Token expired: current date/time {now} must be before the expiration date/time {an hour ago}       |

  Scenario: STS: a good token, and a call that is not
    Given the role google-oidc-role, which trusts the OAuth client
    And an ID token from Google
    Then boto3 raises for me:
      | call                             | parameters                                                                                                                                                                          | exception                         | code                     | status | message                                                                                  |
      | sts.assume_role_with_web_identity | {"RoleArn": "arn:aws:iam::278805249149:role/no-such-role", "RoleSessionName": "google-oidc-session", "WebIdentityToken": "$ID_TOKEN"}                                                | ClientError                       | AccessDenied             | 403    | Not authorized to perform sts:AssumeRoleWithWebIdentity                                  |
      | sts.assume_role_with_web_identity | {"RoleArn": "arn:aws:iam::278805249149:role/google-oidc-role", "RoleSessionName": "google-oidc-session", "WebIdentityToken": "$ID_TOKEN", "DurationSeconds": 7200}                   | ClientError                       | ValidationError          | 400    | The requested DurationSeconds exceeds the MaxSessionDuration set for this role.          |
      | sts.assume_role_with_web_identity | {"RoleArn": "arn:aws:iam::278805249149:role/google-oidc-role", "RoleSessionName": "google-oidc-session", "WebIdentityToken": "$ID_TOKEN", "Policy": "no JSON"}                       | MalformedPolicyDocumentException  | MalformedPolicyDocument  | 400    | The policy is not in the valid JSON format.                                              |
      | sts.assume_role_with_web_identity | {"RoleArn": "arn:aws:iam::278805249149:role/google-oidc-role", "RoleSessionName": "google-oidc-session", "WebIdentityToken": "$ID_TOKEN", "ProviderId": "www.amazon.com"}            | InvalidIdentityTokenException     | InvalidIdentityToken     | 400    | Provided Token is not a Login With Amazon token                                          |

  Scenario: What no policy allows, in each protocol
    Given the user no-policy-user with an access key
    Then boto3 raises for no-policy-user:
      | call                             | parameters                                                 | exception   | code                  | status | message                                                                                                                                                                                                                                                                                          |
      | ec2.describe_instances           | {}                                                         | ClientError | UnauthorizedOperation | 403    | You are not authorized to perform this operation. User: arn:aws:iam::278805249149:user/no-policy-user is not authorized to perform: ec2:DescribeInstances because no identity-based policy allows the ec2:DescribeInstances action                                                                  |
      | iam.create_user                  | {"UserName": "eve"}                                        | ClientError | AccessDenied          | 403    | User: arn:aws:iam::278805249149:user/no-policy-user is not authorized to perform: iam:CreateUser on resource: arn:aws:iam::278805249149:user/eve because no identity-based policy allows the iam:CreateUser action                                                                                  |
      | dynamodb.describe_table          | {"TableName": "t"}                                         | ClientError | AccessDeniedException | 400    | User: arn:aws:iam::278805249149:user/no-policy-user is not authorized to perform: dynamodb:DescribeTable on resource: arn:aws:dynamodb:ap-northeast-2:278805249149:table/t because no identity-based policy allows the dynamodb:DescribeTable action                                                  |
      | sts.decode_authorization_message | {"EncodedMessage": "AAAA"}                                 | ClientError | AccessDenied          | 403    | User: arn:aws:iam::278805249149:user/no-policy-user is not authorized to perform: sts:DecodeAuthorizationMessage because no identity-based policy allows the sts:DecodeAuthorizationMessage action                                                                                                  |

  Scenario: What is beyond the bounds of a service, in its own sentence
    Then boto3 raises for the administrator:
      | call                        | parameters                                                                                   | exception                 | code                      | status | message                                                                                                                                                                                   |
      | kms.generate_random         | {"NumberOfBytes": 1025}                                                                      | ClientError               | ValidationException       | 400    | 1 validation error detected: Value '1025' at 'numberOfBytes' failed to satisfy constraint: Member must have value less than or equal to 1024                                              |
      | kms.generate_mac            | {"KeyId": "1234abcd-12ab-34cd-56ef-1234567890ab", "Message": "m", "MacAlgorithm": "INVALID"} | ClientError               | ValidationException       | 400    | 1 validation error detected: Value 'INVALID' at 'macAlgorithm' failed to satisfy constraint: Member must satisfy enum value set: [HMAC_SHA_384, HMAC_SHA_256, HMAC_SHA_224, HMAC_SHA_512] |
      | kms.create_alias            | {"AliasName": "x", "TargetKeyId": "1234abcd-12ab-34cd-56ef-1234567890ab"}                    | ClientError               | ValidationException       | 400    | Alias must start with the prefix "alias/". Please see https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html                                                                |
      | events.list_targets_by_rule | {"Rule": "rule/r"}                                                                           | ClientError               | ValidationException       | 400    | 1 validation error detected: Value 'rule/r' at 'rule' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+                                   |
      | logs.describe_log_streams   | {"logGroupName": "g", "limit": 51}                                                           | InvalidParameterException | InvalidParameterException | 400    | 1 validation error detected: Value '51' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 50                                                          |
      | dynamodb.put_item           | {"TableName": "t", "Item": {"k": {"S": "v"}}, "ReturnConsumedCapacity": "BOGUS"}             | ClientError               | ValidationException       | 400    | 1 validation error detected: Value 'BOGUS' at 'returnConsumedCapacity' failed to satisfy constraint: Member must satisfy enum value set: [INDEXES, TOTAL, NONE]                           |
      | kinesis.describe_stream     | {"StreamName": "a b"}                                                                        | ValidationException       | ValidationException       | 400    | 1 validation error detected: Value 'a b' at 'streamName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+                                    |
      | cloudwatch.set_alarm_state  | {"AlarmName": "a", "StateReason": "r", "StateValue": "INVALID"}                              | ClientError               | ValidationError           | 400    | 1 validation error detected: Value 'INVALID' at 'stateValue' failed to satisfy constraint: Member must satisfy enum value set: [INSUFFICIENT_DATA, ALARM, OK]                             |

  Scenario: Who lacks the permission is not told what else is wrong
    Given the user no-policy-user with an access key
    Then boto3 raises for no-policy-user:
      | call                | parameters              | exception   | code                  | status | message                                                                                                                                                                    |
      | kms.generate_random | {"NumberOfBytes": 1025} | ClientError | AccessDeniedException | 400    | User: arn:aws:iam::278805249149:user/no-policy-user is not authorized to perform: kms:GenerateRandom because no identity-based policy allows the kms:GenerateRandom action |

  Scenario: A key that is no more, in each protocol
    Given the user no-policy-user with an access key
    And the access key is deleted
    Then boto3 raises for no-policy-user:
      | call                    | parameters         | exception   | code                        | status | message                                                          |
      | ec2.describe_instances  | {}                 | ClientError | AuthFailure                 | 401    | AWS was not able to validate the provided access credentials     |
      | iam.list_users          | {}                 | ClientError | InvalidClientTokenId        | 403    | The security token included in the request is invalid.           |
      | sts.get_caller_identity | {}                 | ClientError | InvalidClientTokenId        | 403    | The security token included in the request is invalid.           |
      | dynamodb.list_tables    | {}                 | ClientError | UnrecognizedClientException | 400    | The security token included in the request is invalid.           |

  Scenario: IAM's own exceptions
    Then boto3 raises for the administrator:
      | call                           | parameters                                                                                                                        | exception                            | code                                 | status | message                                                          |
      | iam.create_role                | {"RoleName": "broken", "AssumeRolePolicyDocument": "{"}                                                                            | MalformedPolicyDocumentException     | MalformedPolicyDocument              | 400    | This policy contains invalid Json                                |
      | iam.simulate_principal_policy  | {"PolicySourceArn": "arn:aws:iam::278805249149:user/nobody", "ActionNames": ["ec2:DescribeInstances"]}                             | NoSuchEntityException                | NoSuchEntity                         | 404    | arn:aws:iam::278805249149:user/nobody cannot be found.           |
      | iam.simulate_custom_policy     | {"PolicyInputList": ["{}"], "ActionNames": ["DescribeInstances"]}                                                                  | InvalidInputException                | InvalidInput                         | 400    | policy `PolicyInputList.1` cannot be understood: line 1, column 1: the policy has no `Statement` |
      | sts.decode_authorization_message | {"EncodedMessage": "AAAA"}                                                                                                       | InvalidAuthorizationMessageException | InvalidAuthorizationMessageException | 400    | Message is not valid.                                            |

  Scenario: A simulation tells what decided, and what it was not told
    When the administrator calls iam.simulate_custom_policy with boto3:
      """json
      {
        "PolicyInputList": [
          "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"s3:*\",\"Resource\":\"*\"},{\"Effect\":\"Deny\",\"Action\":\"s3:GetObject\",\"Resource\":\"arn:aws:s3:::secret/*\",\"Condition\":{\"StringNotEquals\":{\"aws:PrincipalTag/team\":\"keepers\"}}}]}"
        ],
        "PermissionsBoundaryPolicyInputList": [
          "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Action\":\"s3:*\",\"Resource\":\"*\"}}"
        ],
        "ActionNames": ["s3:GetObject"],
        "ResourceArns": ["arn:aws:s3:::secret/key", "arn:aws:s3:::public/key"]
      }
      """
    Then it prints the JSON:
      """json
      {
        "IsTruncated": false,
        "EvaluationResults": [
          {
            "EvalActionName": "s3:GetObject",
            "EvalResourceName": "*",
            "EvalDecision": "explicitDeny",
            "EvalDecisionDetails": {},
            "MatchedStatements": [],
            "MissingContextValues": ["aws:PrincipalTag/team"],
            "ResourceSpecificResults": [
              {
                "EvalResourceName": "arn:aws:s3:::secret/key",
                "EvalResourceDecision": "explicitDeny",
                "MatchedStatements": [
                  {
                    "SourcePolicyId": "PolicyInputList.1",
                    "SourcePolicyType": "IAM Policy",
                    "StartPosition": { "Line": 1, "Column": 87 },
                    "EndPosition": { "Line": 1, "Column": 232 }
                  }
                ],
                "MissingContextValues": ["aws:PrincipalTag/team"],
                "PermissionsBoundaryDecisionDetail": { "AllowedByPermissionsBoundary": true }
              },
              {
                "EvalResourceName": "arn:aws:s3:::public/key",
                "EvalResourceDecision": "allowed",
                "MatchedStatements": [
                  {
                    "SourcePolicyId": "PolicyInputList.1",
                    "SourcePolicyType": "IAM Policy",
                    "StartPosition": { "Line": 1, "Column": 38 },
                    "EndPosition": { "Line": 1, "Column": 87 }
                  },
                  {
                    "SourcePolicyId": "PermissionsBoundaryPolicyInputList.1",
                    "SourcePolicyType": "IAM Policy",
                    "StartPosition": { "Line": 1, "Column": 38 },
                    "EndPosition": { "Line": 1, "Column": 86 }
                  }
                ],
                "MissingContextValues": [],
                "PermissionsBoundaryDecisionDetail": { "AllowedByPermissionsBoundary": true }
              }
            ]
          }
        ]
      }
      """
