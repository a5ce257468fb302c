//! The question itself.

use aws_config::SdkConfig;
use aws_sdk_ec2::Client;
use aws_sdk_ec2::error::{ProvideErrorMetadata, SdkError};

use crate::{Answer, Instance, ProbeError};

/// Instances asked for at a time; EC2 allows 5 to 1,000.
const PAGE_SIZE: i32 = 500;

/// Asks EC2 for every instance of the configured region (`DescribeInstances`, all
/// pages), with the configured credentials and endpoint.
///
/// # Errors
/// [`ProbeError`] when EC2 gave no answer; a refusal is [`Answer::Denied`].
pub async fn probe(config: &SdkConfig) -> Result<Answer, ProbeError> {
    let client = Client::new(config);
    let mut pages = client.describe_instances().max_results(PAGE_SIZE).into_paginator().send();
    let mut instances = Vec::new();
    while let Some(page) = pages.next().await {
        match page {
            Ok(page) => instances.extend(
                page.reservations()
                    .iter()
                    .flat_map(aws_sdk_ec2::types::Reservation::instances)
                    .map(Instance::from),
            ),
            Err(SdkError::ServiceError(refusal)) => {
                let error = refusal.err();
                return ProbeError::from_code(
                    error.code().unwrap_or("Unknown"),
                    error.message().unwrap_or("no message"),
                );
            }
            Err(other) => return Err(ProbeError::without_answer(Box::new(other))),
        }
    }
    Ok(Answer::Allowed(instances))
}
