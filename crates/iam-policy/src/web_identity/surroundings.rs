//! What `explain` knows of a call that it does not make.

use fed_types::UnixTime;

use crate::context::Context;

/// A call without a signature has no principal.
const ABSENT: [&str; 8] = [
    "aws:federatedprovider",
    "aws:multifactorauth",
    "aws:principal",
    "aws:requesttag/",
    "aws:tagkeys",
    "aws:tokenissuetime",
    "aws:userid",
    "aws:username",
];

/// The condition keys that the token does not give, of a call at that time, to that region.
/// Whence it would come is not known.
pub fn surroundings(now: UnixTime, region: Option<&str>) -> Context {
    let mut keys = Context::new();
    keys.set("aws:CurrentTime", now.to_string());
    keys.set("aws:EpochTime", now.seconds().to_string());
    keys.set("aws:SecureTransport", "true");
    keys.set("aws:ViaAWSService", "false");
    if let Some(region) = region {
        keys.set("aws:RequestedRegion", region);
    }
    let doubted: &[&str] = &["aws:", "iam:"];
    keys.doubt(doubted.iter().copied(), ABSENT);
    keys
}
