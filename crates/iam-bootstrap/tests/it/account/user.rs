//! What IAM does with users.

use super::xml::{
    Answer, DATE, attached_xml, conflict, exists, members, missing, names_xml, policy_xml,
    tag_keys_of, tags_of, user_xml,
};
use super::{Form, Key, State, User};

// Long: one arm an operation on users.
pub(super) fn of_user(state: &mut State, action: &str, form: &Form) -> Answer {
    if action == "GetAccessKeyLastUsed" {
        let id = &form["AccessKeyId"];
        let used =
            state.users.values().any(|user| user.access_keys.get(id).is_some_and(|key| key.used));
        let date = if used { "<LastUsedDate>2026-11-24T10:00:00Z</LastUsedDate>" } else { "" };
        return Ok(format!(
            "<UserName>u</UserName><AccessKeyLastUsed>{date}<ServiceName>N/A</ServiceName><Region>\
             N/A</Region></AccessKeyLastUsed>"
        ));
    }
    let name = form["UserName"].clone();
    if action == "CreateUser" {
        if state.users.contains_key(&name) {
            return Err(exists(&name));
        }
        let user = User { tags: tags_of(form), ..User::default() };
        let xml = user_xml(&name, &user);
        state.users.insert(name, user);
        return Ok(xml);
    }
    let keys_made = &mut state.keys_made;
    let user = state.users.get_mut(&name).ok_or_else(|| missing(&name))?;
    match action {
        "GetUser" => Ok(user_xml(&name, user)),
        "TagUser" => {
            user.tags.extend(tags_of(form));
            Ok(String::new())
        }
        "UntagUser" => {
            user.tags.retain(|key, _| !tag_keys_of(form).contains(key));
            Ok(String::new())
        }
        "CreateAccessKey" => {
            *keys_made += 1;
            let id = format!("AKIAMADE{keys_made}");
            user.access_keys.insert(id.clone(), Key::new());
            Ok(format!(
                "<AccessKey><UserName>{name}</UserName><AccessKeyId>{id}</AccessKeyId><Status>\
                 Active</Status><SecretAccessKey>canary-of-{id}</SecretAccessKey></AccessKey>"
            ))
        }
        "DeleteAccessKey" => {
            let id = &form["AccessKeyId"];
            user.access_keys.remove(id).map(|_| String::new()).ok_or_else(|| missing(id))
        }
        "ListAccessKeys" => {
            let body = |(id, key): (&String, &Key)| {
                let status = if key.active { "Active" } else { "Inactive" };
                format!(
                    "<UserName>{name}</UserName><AccessKeyId>{id}</AccessKeyId><Status>{status}\
                     </Status><CreateDate>{}</CreateDate>",
                    key.created
                )
            };
            let keys = members(&user.access_keys, body);
            Ok(format!(
                "<AccessKeyMetadata>{keys}</AccessKeyMetadata><IsTruncated>false</IsTruncated>"
            ))
        }
        "ListAttachedUserPolicies" => Ok(attached_xml(&user.managed)),
        "ListUserPolicies" => Ok(names_xml(&user.inline)),
        "GetUserPolicy" => Ok(policy_xml(form, &user.inline[&form["PolicyName"]])),
        "ListGroupsForUser" => {
            let body = |name: &String| {
                format!(
                    "<Path>/</Path><GroupName>{name}</GroupName><GroupId>AGPA</GroupId><Arn>a</Arn>{DATE}"
                )
            };
            Ok(format!(
                "<Groups>{}</Groups><IsTruncated>false</IsTruncated>",
                members(&user.groups, body)
            ))
        }
        "GetLoginProfile" if user.password => {
            Ok(format!("<LoginProfile><UserName>{name}</UserName>{DATE}</LoginProfile>"))
        }
        "GetLoginProfile" => Err(missing("Login Profile")),
        "ListMFADevices" => {
            let body = |serial: &String| {
                format!(
                    "<UserName>{name}</UserName><SerialNumber>{serial}</SerialNumber><EnableDate>\
                     2026-11-23T10:00:00Z</EnableDate>"
                )
            };
            let devices = members(&user.mfa_devices, body);
            Ok(format!("<MFADevices>{devices}</MFADevices><IsTruncated>false</IsTruncated>"))
        }
        "ListSSHPublicKeys" => {
            let body = |id: &String| {
                format!(
                    "<UserName>{name}</UserName><SSHPublicKeyId>{id}</SSHPublicKeyId>\
                     <Status>Active</Status><UploadDate>2026-11-23T10:00:00Z</UploadDate>"
                )
            };
            let keys = members(&user.ssh_public_keys, body);
            Ok(format!("<SSHPublicKeys>{keys}</SSHPublicKeys><IsTruncated>false</IsTruncated>"))
        }
        "ListSigningCertificates" => {
            let body = |id: &String| {
                format!(
                    "<UserName>{name}</UserName><CertificateId>{id}</CertificateId>\
                     <CertificateBody>b</CertificateBody><Status>Active</Status>"
                )
            };
            let all = members(&user.signing_certificates, body);
            Ok(format!("<Certificates>{all}</Certificates><IsTruncated>false</IsTruncated>"))
        }
        "ListServiceSpecificCredentials" => {
            let body = |id: &String| {
                format!(
                    "<UserName>{name}</UserName><Status>Active</Status>\
                     <ServiceUserName>s</ServiceUserName>{DATE}\
                     <ServiceSpecificCredentialId>{id}</ServiceSpecificCredentialId>\
                     <ServiceName>codecommit.amazonaws.com</ServiceName>"
                )
            };
            let all = members(&user.service_specific_credentials, body);
            Ok(format!("<ServiceSpecificCredentials>{all}</ServiceSpecificCredentials>"))
        }
        "DeleteUser" => {
            let User { access_keys, managed, inline, groups, password, mfa_devices, .. } = &*user;
            let further = [
                &user.ssh_public_keys,
                &user.service_specific_credentials,
                &user.signing_certificates,
            ];
            if !access_keys.is_empty() {
                return Err(conflict("delete access keys"));
            }
            if !managed.is_empty() || !inline.is_empty() {
                return Err(conflict("delete policies"));
            }
            let is_tied = further.iter().any(|ids| !ids.is_empty());
            if !groups.is_empty() || *password || !mfa_devices.is_empty() || is_tied {
                return Err(conflict("remove what hangs on it"));
            }
            state.users.remove(&name);
            Ok(String::new())
        }
        other => panic!("the account knows no {other}"),
    }
}
