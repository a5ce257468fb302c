//! What `explain` knows of a call that it does not make.

use fed_types::UnixTime;

use crate::context::Context;

/// What a call without credentials, and which no service and no user makes, does not have.
/// Source: IAM user guide, "AWS global condition context keys", Availability.
const ABSENT: [&str; 6] = [
    "aws:multifactorauth",
    "aws:principalservice",
    "aws:requesttag/",
    "aws:tagkeys",
    "aws:tokenissuetime",
    "aws:username",
];

/// Says of a call with a token that nobody knows what its keys of the caller are: AWS documents
/// them for signed calls and anonymous ones, of which it is neither. Nor are those of the role
/// known, whose tags no token tells.
pub fn doubt_caller(context: &mut Context) {
    context
        .doubt(["aws:principal", "aws:resource", "aws:userid", "iam:"], ["aws:principalservice"]);
}

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
