//! Actions that an account has for its own principals alone, whatever a resource's policy says.
//!
//! Source: SQS developer guide, "Limitations of Amazon SQS custom policies"; KMS API reference,
//! "Cross-account use: No" of each operation; S3 API reference, `PutBucketPolicy` and its kin,
//! whose caller must belong to the bucket owner's account; IAM user guide, "Cross account resource
//! access in IAM": nothing of IAM is shared but roles that are assumed.

use crate::PolicyKind;
use crate::policy_set::PolicySet;

/// Services of which nothing can be done from another account.
const SERVICES: [&str; 1] = ["iam"];

#[rustfmt::skip]
const ACTIONS: [&str; 48] = [
    "dynamodb:CreateTable",
    "kms:CancelKeyDeletion", "kms:ConnectCustomKeyStore", "kms:CreateAlias",
    "kms:CreateCustomKeyStore", "kms:CreateKey", "kms:DeleteAlias", "kms:DeleteCustomKeyStore",
    "kms:DeleteImportedKeyMaterial", "kms:DescribeCustomKeyStores", "kms:DisableKey",
    "kms:DisableKeyRotation", "kms:DisconnectCustomKeyStore", "kms:EnableKey",
    "kms:EnableKeyRotation", "kms:GetKeyPolicy", "kms:GetParametersForImport",
    "kms:ImportKeyMaterial", "kms:ListAliases", "kms:ListKeyPolicies", "kms:ListKeys",
    "kms:ListResourceTags", "kms:PutKeyPolicy", "kms:ReplicateKey", "kms:RotateKeyOnDemand",
    "kms:ScheduleKeyDeletion", "kms:TagResource", "kms:UntagResource", "kms:UpdateAlias",
    "kms:UpdateCustomKeyStore", "kms:UpdateKeyDescription", "kms:UpdatePrimaryRegion",
    "lambda:CreateFunction",
    "s3:CreateBucket", "s3:DeleteBucketPolicy", "s3:GetBucketPolicy", "s3:PutBucketPolicy",
    "secretsmanager:CreateSecret",
    "sns:CreateTopic",
    "sqs:AddPermission", "sqs:CreateQueue", "sqs:DeleteQueue", "sqs:ListQueueTags",
    "sqs:RemovePermission", "sqs:SetQueueAttributes", "sqs:StartMessageMoveTask", "sqs:TagQueue",
    "sqs:UntagQueue",
];

/// Whether only principals of the resource's own account can be allowed the action.
pub(crate) fn is_for_own_account_alone(action: &str) -> bool {
    let service = action.split(':').next().unwrap_or_default();
    SERVICES.iter().any(|it| it.eq_ignore_ascii_case(service))
        || ACTIONS.iter().any(|it| it.eq_ignore_ascii_case(action))
}

/// Actions that make something of what is there already, whose policy is asked.
/// Source: KMS developer guide, "Controlling access to aliases": the key's policy has to allow.
const MADE_OF_ANOTHER: [&str; 1] = ["kms:CreateAlias"];

/// Whether the action makes the resource whose policy is asked: what is not there yet has none.
pub(crate) fn makes_what_would_allow(action: &str, policies: &PolicySet) -> bool {
    let makes = action.split_once(':').is_some_and(|(_, name)| {
        name.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("Create"))
    });
    let of_resource =
        policies.resource.as_ref().is_some_and(|it| it.policy.kind == PolicyKind::Resource);
    let of_another = MADE_OF_ANOTHER.iter().any(|it| it.eq_ignore_ascii_case(action));
    makes && !of_another && of_resource && is_for_own_account_alone(action)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_listed_are_actions() {
        let known = |action: &&&str| aws_model::action(action).is_none();
        assert_eq!(ACTIONS.iter().filter(known).collect::<Vec<_>>(), [] as [&&str; 0]);
        assert!(ACTIONS.is_sorted());
        for action in ["iam:PassRole", "IAM:getrole", "kms:putkeypolicy", "sqs:DeleteQueue"] {
            assert!(is_for_own_account_alone(action), "{action}");
        }
        for action in ["kms:Decrypt", "kms:CreateGrant", "sqs:SendMessage", "s3:GetObject", "iam"] {
            assert_eq!(is_for_own_account_alone(action), action == "iam", "{action}");
        }
    }
}
