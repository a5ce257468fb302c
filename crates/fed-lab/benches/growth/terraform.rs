//! What Terraform does with so many roles, by one client and by ten: each is made with a policy, an
//! attachment and a tag, read back, and removed. Through the gate, and in ministack alone.

use std::time::{Duration, Instant};

use fed_lab::Lab;
use reqwest::Client;
use tokio::task::JoinSet;

use crate::calls::{MADE, REMOVED};
use crate::client::{Key, signed};
use crate::keys::{administrator, anybody};
use crate::{Failure, tell};

const CLIENTS: [usize; 2] = [1, 10];
const SIZES: [usize; 3] = [5, 50, 500];
/// The largest is long enough to be measured once.
const TIMES: [usize; 3] = [9, 3, 1];

/// Of a role that EC2 may assume.
pub(crate) const TRUST: &str = "%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%7B%22Effect%22%3A\
                     %22Allow%22%2C%22Principal%22%3A%7B%22Service%22%3A%22ec2.amazonaws.com\
                     %22%7D%2C%22Action%22%3A%22sts%3AAssumeRole%22%7D%7D";
const POLICY: &str = "%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%7B%22Effect%22%3A\
                      %22Allow%22%2C%22Action%22%3A%22ec2%3ADescribeInstances%22%2C%22Resource\
                      %22%3A%22%2A%22%7D%7D";
const ARN: &str = "arn%3Aaws%3Aiam%3A%3Aaws%3Apolicy%2FReadOnlyAccess";

/// Whoever asks, where, and as whom.
#[derive(Clone)]
struct Asker {
    http: Client,
    address: String,
    key: Key,
}

pub(crate) async fn rows(lab: &Lab, most: usize) -> Result<(), Failure> {
    let (gate, alone) = (lab.gate_url(), lab.upstream_url());
    for clients in CLIENTS {
        for (size, times) in SIZES.into_iter().zip(TIMES).filter(|(size, _)| *size <= most) {
            let (mut with, mut without) = (Vec::new(), Vec::new());
            for _ in 0..times {
                let account = lab.account().await?;
                let (gates, any) = (administrator(&account), anybody(&account));
                without.push(made_and_removed(alone, &any, size, clients).await?);
                with.push(made_and_removed(gate, &gates, size, clients).await?);
            }
            tell(&format!("roles of Terraform by {clients}"), size, with);
            tell(&format!("roles of Terraform by {clients} in ministack alone"), size, without);
        }
    }
    Ok(())
}

/// How long it takes until all are made and removed again.
async fn made_and_removed(
    url: &str,
    key: &Key,
    size: usize,
    clients: usize,
) -> Result<Duration, Failure> {
    let address = url.trim_start_matches("http://").trim_end_matches('/').to_owned();
    let start = Instant::now();
    let mut working = JoinSet::new();
    for client in 0..clients {
        let http = Client::builder().no_proxy().build()?;
        let asker = Asker { http, address: address.clone(), key: key.clone() };
        let own: Vec<usize> = (client..size).step_by(clients).collect();
        working.spawn(async move {
            for stage in [&MADE[..], &REMOVED] {
                for role in &own {
                    for action in stage {
                        asker.ask(action, *role).await?;
                    }
                }
            }
            Ok::<_, Failure>(())
        });
    }
    while let Some(ended) = working.join_next().await {
        ended??;
    }
    Ok(start.elapsed())
}

impl Asker {
    /// Makes the call, which must succeed.
    async fn ask(&self, action: &str, role: usize) -> Result<(), Failure> {
        let more = match action {
            "CreateRole" => format!("&AssumeRolePolicyDocument={TRUST}"),
            "PutRolePolicy" => format!("&PolicyName=p&PolicyDocument={POLICY}"),
            "GetRolePolicy" | "DeleteRolePolicy" => "&PolicyName=p".to_owned(),
            "AttachRolePolicy" | "DetachRolePolicy" => format!("&PolicyArn={ARN}"),
            "TagRole" => "&Tags.member.1.Key=team&Tags.member.1.Value=a".to_owned(),
            _ => String::new(),
        };
        let body = format!("Action={action}&Version=2010-05-08&RoleName=r{role}{more}");
        let text = signed(&self.address, &self.key, "iam", &body)?;
        let head = text.split_once("\r\n\r\n").map_or("", |(head, _)| head);
        let mut request = self.http.post(format!("http://{}/", self.address)).body(body);
        for (name, value) in head.lines().filter_map(|line| line.split_once(": ")) {
            if !["host", "content-length"].contains(&name) {
                request = request.header(name, value);
            }
        }
        let answer = request.send().await?;
        match answer.error_for_status_ref() {
            Ok(_) => drop(answer.bytes().await?),
            Err(_) => return Err(format!("{action}: {}", answer.text().await?).into()),
        }
        Ok(())
    }
}
