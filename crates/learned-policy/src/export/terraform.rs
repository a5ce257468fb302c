//! HCL, for Terraform and OpenTofu.

use hcl_text::{expression, string};

use super::Named;

/// HCL of the provider `hashicorp/aws`: the policies, and where it is known who assumes it,
/// the role that they are attached to.
pub fn terraform(named: &Named<'_>) -> String {
    let mut hcl = Vec::new();
    for (number, name, document) in named.policies() {
        hcl.push(format!(
            "resource \"aws_iam_policy\" \"learned_{number}\" {{\n  name   = {}\n  policy = \
             jsonencode({})\n}}\n",
            string(&name),
            expression(&document, 1)
        ));
    }
    if let Some(trust) = named.trust {
        hcl.push(format!(
            "resource \"aws_iam_role\" \"learned\" {{\n  name               = {}\n  \
             assume_role_policy = jsonencode({})\n}}\n",
            string(named.name),
            expression(trust, 1)
        ));
        hcl.extend(named.policies().map(|(number, _, _)| {
            format!(
                "resource \"aws_iam_role_policy_attachment\" \"learned_{number}\" {{\n  role       \
                 = aws_iam_role.learned.name\n  policy_arn = aws_iam_policy.learned_{number}.arn\n\
                 }}\n"
            )
        }));
    }
    hcl.join("\n")
}
