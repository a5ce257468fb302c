//! What a running lab costs as it fills, in front of ministack; each beside what ministack alone
//! takes for the same calls.

use std::time::Instant;

use fed_lab::{Backend, Lab, LabConfig, Seed, Silent, Surroundings, tutorial};

use crate::client::{Key, Line, once, signed};
use crate::keys::{administrator, anybody};
use crate::terraform::{self, TRUST};
use crate::{Failure, TIMES, tell};

pub(crate) async fn rows(sizes: &[usize]) -> Result<(), Failure> {
    let surroundings = Surroundings::of_this_process()?;
    let mut config = LabConfig::new(Backend::Ministack, tutorial::ACCOUNT.parse()?, surroundings);
    config.seed = Seed::Nothing;
    let lab = Lab::start(config, &Silent).await?;
    let measured = measure(&lab, sizes).await;
    lab.stop().await;
    measured
}

async fn measure(lab: &Lab, sizes: &[usize]) -> Result<(), Failure> {
    let gate = lab.gate_url().trim_start_matches("http://");
    decisions(lab, gate, sizes).await?;
    roles(lab, gate, sizes).await?;
    accounts(lab, sizes).await?;
    terraform::rows(lab, sizes.last().copied().unwrap_or_default()).await
}

/// One call, where so many were decided before.
async fn decisions(lab: &Lab, gate: &str, sizes: &[usize]) -> Result<(), Failure> {
    const WHO: &str = "Action=GetCallerIdentity&Version=2011-06-15";
    let account = lab.account().await?;
    let ministack = lab.upstream_url().trim_start_matches("http://");
    for (row, address, key) in [
        ("decisions", gate, administrator(&account)),
        ("calls to ministack alone", ministack, anybody(&account)),
    ] {
        let mut line = Line::open(address, signed(address, &key, "sts", WHO)?).await?;
        let mut made = 0;
        for &size in sizes {
            while made < size {
                line.send().await?;
                made += 1;
            }
            let mut times = Vec::new();
            for _ in 0..TIMES {
                times.push(line.send().await?);
                made += 1;
            }
            tell(row, size, times);
        }
    }
    Ok(())
}

/// A call of a user after a change to that user's policies, in an account of so many roles.
async fn roles(lab: &Lab, gate: &str, sizes: &[usize]) -> Result<(), Failure> {
    const ALL: &str = "%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%7B%22Effect%22%3A%22\
                       Allow%22%2C%22Action%22%3A%22%2A%22%2C%22Resource%22%3A%22%2A%22%7D%7D";
    let account = lab.account().await?;
    let administrator = administrator(&account);
    ask(gate, &administrator, "Action=CreateUser&UserName=u").await?;
    let change = format!("Action=PutUserPolicy&UserName=u&PolicyName=p&PolicyDocument={ALL}");
    ask(gate, &administrator, &change).await?;
    let issued = ask(gate, &administrator, "Action=CreateAccessKey&UserName=u").await?;
    let user = Key { id: text(&issued, "AccessKeyId")?, secret: text(&issued, "SecretAccessKey")? };
    let ministack = lab.upstream_url().trim_start_matches("http://");
    let anybody = anybody(&account);
    let mut made = 0;
    for &size in sizes {
        while made < size {
            let role = format!("Action=CreateRole&RoleName=r{made}");
            let role = format!("{role}&AssumeRolePolicyDocument={TRUST}");
            ask(gate, &administrator, &role).await?;
            made += 1;
        }
        for (row, address, writer, reader) in [
            ("roles", gate, &administrator, &user),
            ("roles of ministack alone", ministack, &anybody, &anybody),
        ] {
            let mut times = Vec::new();
            for _ in 0..TIMES {
                ask(address, writer, &change).await?;
                let start = Instant::now();
                ask(address, reader, "Action=GetUser&UserName=u").await?;
                times.push(start.elapsed());
            }
            tell(row, size, times);
        }
    }
    Ok(())
}

/// What IAM answers to a call, which must succeed.
async fn ask(address: &str, key: &Key, call: &str) -> Result<String, Failure> {
    let request = signed(address, key, "iam", &format!("{call}&Version=2010-05-08"))?;
    let answer = once(address, &request).await?;
    match answer.starts_with("HTTP/1.1 200 ") {
        true => Ok(answer),
        false => Err(answer.into()),
    }
}

/// One account more, where there are so many.
async fn accounts(lab: &Lab, sizes: &[usize]) -> Result<(), Failure> {
    let mut opened = 0;
    for &size in sizes {
        while opened < size {
            lab.account().await?;
            opened += 1;
        }
        let mut times = Vec::new();
        for _ in 0..TIMES {
            let start = Instant::now();
            lab.account().await?;
            times.push(start.elapsed());
            opened += 1;
        }
        tell("accounts", size, times);
    }
    Ok(())
}

fn text(answer: &str, name: &str) -> Result<String, Failure> {
    let found = answer.split_once(&format!("<{name}>")).and_then(|(_, rest)| rest.split_once('<'));
    found.map(|(text, _)| text.to_owned()).ok_or_else(|| format!("no {name}: {answer}").into())
}
