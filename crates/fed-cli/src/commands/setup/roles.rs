//! Which role, by list where the AWS keys around us allow that, else by name.

use fed_types::RoleArn;
use iam_bootstrap::{Provider, federated_roles};

use super::question;
use crate::aws_files;
use crate::context::{Context, block_on};
use crate::environment::{AWS_ACCESS_KEY_ID, AWS_PROFILE};
use crate::settings::{Service, Settings, role_names};
use crate::{Failure, render};

/// The role's ARN.
pub(super) fn ask(context: Context<'_>, settings: &Settings) -> Result<String, Failure> {
    let roles = listed(context, settings);
    if roles.is_empty() {
        let question = "Role to assume (its ARN, or ACCOUNT/NAME): ";
        return question::ask(context, question, None, by_name);
    }
    let rows: Vec<[String; 3]> = roles
        .iter()
        .enumerate()
        .map(|(index, arn)| {
            let (account, name) = role_names(arn);
            [(index + 1).to_string(), account, name]
        })
        .collect();
    context.say(&format!(
        "The roles of this account that trust the issuer:\n\n{}",
        render::narrow_table(["", "ACCOUNT", "ROLE"], &rows, render::COLUMNS)
    ));
    question::ask(context, "Role to assume (number, ARN, or ACCOUNT/NAME): ", None, |answer| {
        let number = answer.parse::<usize>().ok().filter(|number| *number <= roles.len());
        match number.and_then(|number| roles.get(number.checked_sub(1)?)) {
            Some(arn) => Ok(arn.clone()),
            None => by_name(answer),
        }
    })
}

/// An ARN, or account and name.
fn by_name(answer: &str) -> Result<String, String> {
    let arn = match answer.split_once('/') {
        Some((account, name))
            if account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit()) =>
        {
            format!("arn:aws:iam::{account}:role/{name}")
        }
        _ => answer.to_owned(),
    };
    match arn.parse::<RoleArn>() {
        Ok(_) => Ok(arn),
        Err(_) => Err(format!("expected the ARN of a role or `ACCOUNT/NAME`, found `{answer}`")),
    }
}

/// The roles that could be meant; none where no keys are at hand, or these may not list them.
fn listed(context: Context<'_>, settings: &Settings) -> Vec<String> {
    let environment = &context.host.environment;
    let is_set = |name: &str| environment.text(name).is_some();
    let files = &context.host.files;
    let keys = is_set(AWS_ACCESS_KEY_ID)
        || is_set(AWS_PROFILE)
        || files.read(&aws_files::credentials(context.host)).is_ok();
    let issuer = settings.profile.issuer.as_deref();
    let provider = issuer.and_then(|issuer| Provider::from_issuer(issuer).ok());
    let (true, Some(provider)) = (keys, provider) else { return Vec::new() };
    let listed = block_on(async {
        let aws = settings.aws(environment)?;
        let config = aws.with_surrounding_credentials(Service::Iam, context.host).await?;
        Ok(federated_roles(&config, &provider).await)
    });
    match listed {
        Ok(Ok(roles)) => roles,
        Ok(Err(error)) => {
            tracing::info!(%error, "the roles cannot be listed");
            Vec::new()
        }
        Err(failure) => {
            tracing::info!(failure = failure.message(), "the roles cannot be listed");
            Vec::new()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_is_an_arn_or_account_and_name() {
        let arn = "arn:aws:iam::111122223333:role/r".to_owned();
        assert_eq!(by_name("111122223333/r"), Ok(arn.clone()));
        assert_eq!(by_name(&arn), Ok(arn));
        assert_eq!(by_name("arn:aws-cn:iam::111122223333:role/r").map(|it| it.len()), Ok(35));
        for wrong in ["google", "1/r", "111122223333/", "arn:aws:iam::111122223333:user/u", "1 2"] {
            let told = format!("expected the ARN of a role or `ACCOUNT/NAME`, found `{wrong}`");
            assert_eq!(by_name(wrong), Err(told));
        }
    }
}
