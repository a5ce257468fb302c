//! Mends the emulator's IAM answers where they differ from AWS's: ids without AWS's form,
//! fractions of seconds, what `CreateRole` does not tell and `CreatePolicy` does, descriptions that
//! nobody gave.

use crate::credential::unique_id;

/// The elements that hold unique ids, and the prefix of those.
/// Source: IAM user guide, "IAM identifiers", "Understanding unique ID prefixes".
const IDS: [(&str, &str); 5] = [
    ("UserId", "AIDA"),
    ("RoleId", "AROA"),
    ("GroupId", "AGPA"),
    ("PolicyId", "ANPA"),
    ("InstanceProfileId", "AIPA"),
];

/// What AWS tells of a role that is looked up, and not of one that was just created; moto
/// tells it of both.
/// Source: IAM API reference, `CreateRole`, "Examples".
const NOT_OF_A_NEW_ROLE: [&str; 2] = ["MaxSessionDuration", "RoleLastUsed"];

/// Mends every element that needs it, and leaves all else as it is.
pub(crate) fn repair_iam(xml: &str) -> String {
    if xml.contains("<CreatePolicyResult>") {
        return repair_texts(&told_of_a_new_policy(xml));
    }
    if !xml.contains("<CreateRoleResult>") {
        return repair_texts(xml);
    }
    repair_texts(&NOT_OF_A_NEW_ROLE.iter().fold(xml.to_owned(), |xml, name| without(&xml, name)))
}

/// A policy that was just created bounds nobody.
/// Source: IAM API reference, `Policy`; that `CreatePolicy` tells it is recorded.
fn told_of_a_new_policy(xml: &str) -> String {
    const COUNT: &str = "<PermissionsBoundaryUsageCount>";
    match xml.split_once("</AttachmentCount>") {
        Some((before, after)) if !xml.contains(COUNT) => {
            format!("{before}</AttachmentCount>{COUNT}0</PermissionsBoundaryUsageCount>{after}")
        }
        _ => xml.to_owned(),
    }
}

/// Without the first element of that name, which holds none of the same name.
fn without(xml: &str, name: &str) -> String {
    let (open, close, empty) = (format!("<{name}>"), format!("</{name}>"), format!("<{name}/>"));
    let around = xml.split_once(&empty).or_else(|| {
        let (before, rest) = xml.split_once(&open)?;
        Some((before, rest.split_once(&close)?.1))
    });
    around.map_or_else(|| xml.to_owned(), |(before, after)| format!("{before}{after}"))
}

fn repair_texts(xml: &str) -> String {
    let mut repaired = String::with_capacity(xml.len());
    let mut rest = xml;
    while let Some(end) = rest.find("</") {
        let (before, closing) = rest.split_at(end);
        let text_start = before.rfind('>').map_or(0, |at| at + 1);
        let (markup, text) = before.split_at(text_start);
        let name_end = closing.find('>').map_or(closing.len(), |at| at + 1);
        let (closing, after) = closing.split_at(name_end);
        let name = closing.trim_start_matches("</").trim_end_matches('>');
        rest = after;
        if let ("Description", "", Some(markup)) =
            (name, text, markup.strip_suffix("<Description>"))
        {
            // ministack tells of one where none was given.
            repaired.push_str(markup);
            continue;
        }
        repaired.push_str(markup);
        match mended(name, text) {
            Some(text) => repaired.push_str(&text),
            None => repaired.push_str(text),
        }
        repaired.push_str(closing);
    }
    repaired.push_str(rest);
    repaired
}

fn mended(name: &str, text: &str) -> Option<String> {
    if text.is_empty() {
        return None;
    }
    if let Some((_, prefix)) = IDS.iter().find(|(element, _)| *element == name) {
        // The account's administrator has the account's number for an id.
        return (!text.bytes().all(|byte| byte.is_ascii_digit())).then(|| unique_id(prefix, text));
    }
    if name == "Message" {
        // Source: docs/aws-truth.md, IAM; moto leaves the full stop out.
        let role = text.strip_prefix("Role ")?.trim_end_matches('.').strip_suffix(" not found")?;
        return Some(format!("The role with name {role} cannot be found."));
    }
    if name.ends_with("Date") || name.ends_with("LastUsed") {
        let (whole, fraction) = text.split_once('.')?;
        let fraction = fraction.strip_suffix('Z')?;
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        return (whole.len() == 19 && digits(fraction)).then(|| format!("{whole}Z"));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_get_the_form_of_aws_and_dates_lose_their_fractions() {
        let xml = "<User><UserName>u1</UserName><UserId>otzs0fd6xvj4py7cwfte</UserId>\
                   <CreateDate>2026-11-23T14:45:40.337377Z</CreateDate><Tags /></User>\n";
        let id = unique_id("AIDA", "otzs0fd6xvj4py7cwfte");
        assert_eq!(
            repair_iam(xml),
            format!(
                "<User><UserName>u1</UserName><UserId>{id}</UserId>\
                 <CreateDate>2026-11-23T14:45:40Z</CreateDate><Tags /></User>\n"
            )
        );
    }

    #[test]
    fn a_new_role_is_told_without_what_is_only_looked_up() {
        let role = |name: &str, more: &str| {
            format!(
                "<{name}Response><{name}Result><Role><Path>/</Path>{more}</Role></{name}Result>"
            )
        };
        for more in [
            "<MaxSessionDuration>3600</MaxSessionDuration><RoleLastUsed><Region>a</Region></RoleLastUsed>",
            "<RoleLastUsed/><MaxSessionDuration>3600</MaxSessionDuration>",
            "",
        ] {
            assert_eq!(repair_iam(&role("CreateRole", more)), role("CreateRole", ""));
            assert_eq!(repair_iam(&role("GetRole", more)), role("GetRole", more));
        }
        let open = "<CreateRoleResult><RoleLastUsed>";
        assert_eq!(repair_iam(open), open);
    }

    #[test]
    fn a_new_policy_is_told_to_bound_nobody() {
        let made = |name: &str, more: &str| {
            format!(
                "<{name}Result><Policy><AttachmentCount>0</AttachmentCount>{more}</Policy></{name}Result>"
            )
        };
        let count = "<PermissionsBoundaryUsageCount>0</PermissionsBoundaryUsageCount>";
        assert_eq!(repair_iam(&made("CreatePolicy", "")), made("CreatePolicy", count));
        assert_eq!(repair_iam(&made("CreatePolicy", count)), made("CreatePolicy", count));
        assert_eq!(repair_iam(&made("GetPolicy", "")), made("GetPolicy", ""));
    }

    #[test]
    fn what_nobody_gave_is_not_told() {
        let roles = |first: &str, second: &str| {
            format!("<Roles><Role>{first}<Path>/</Path></Role><Role>{second}</Role></Roles>")
        };
        let (none, some) = ("<Description></Description>", "<Description>d</Description>");
        assert_eq!(repair_iam(&roles(none, some)), roles("", some));
        assert_eq!(repair_iam(&roles(none, none)), roles("", ""));
    }

    #[test]
    fn a_role_that_is_not_there_is_told_in_the_words_of_iam() {
        let error = |message: &str| format!("<Error><Message>{message}</Message></Error>");
        for message in ["Role r not found", "Role r not found."] {
            let expected = error("The role with name r cannot be found.");
            assert_eq!(repair_iam(&error(message)), expected);
        }
        for message in ["Role r is not found here", "User r not found", "a Role r not found"] {
            assert_eq!(repair_iam(&error(message)), error(message));
        }
    }

    #[test]
    fn all_else_is_left_alone() {
        for xml in [
            "",
            "no markup",
            "<A><UserId></UserId></A>",
            "<UserId>111122223333</UserId>",
            "<RoleId>AROARTX3GSDSU55NQ7JKJ</RoleId>",
            "<CreateDate>2026-11-23T14:45:40Z</CreateDate>",
            "<Document>{\"a\": \"1.5Z\"}</Document>",
            "<open></",
        ] {
            assert_eq!(repair_iam(xml), xml);
        }
    }
}
