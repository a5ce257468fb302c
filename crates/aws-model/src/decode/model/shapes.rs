//! A line of a shape, or of a member.

use super::shape_id;
use crate::shape::TimestampFormat;
use crate::shape::{Blob, Bounds, List, Location, Map, Member, Shape, Structure, Text};
use crate::text::{DamagedData, Line, non_empty};

/// The shape of a line and of the members below it.
pub(super) fn shape(
    kind: &str,
    line: &mut Line,
    members: Vec<Member>,
) -> Result<Shape, DamagedData> {
    let wrong = line.damaged("a shape with its members");
    if !matches!(kind, "S" | "L" | "M") && !members.is_empty() {
        return Err(wrong);
    }
    let mut members = members.into_iter();
    Ok(match kind {
        "S" => Shape::Structure(structure(line, members.collect())?),
        "L" => {
            let length = bounds(line)?;
            Shape::List(List { length, element: members.next().ok_or(wrong)? })
        }
        "M" => {
            let length = bounds(line)?;
            let key = members.next().ok_or_else(|| wrong.clone())?;
            Shape::Map(Map { length, key, value: members.next().ok_or(wrong)? })
        }
        "T" => Shape::String(text(line)?),
        "B" => {
            let length = bounds(line)?;
            Shape::Blob(Blob { length, requires_length: line.field("flags")? == "r" })
        }
        "b" => Shape::Boolean,
        "I" => Shape::Integer(bounds(line)?),
        "G" => Shape::Long(bounds(line)?),
        "F" => Shape::Float(bounds(line)?),
        "D" => Shape::Double(bounds(line)?),
        "t" => Shape::Timestamp(match line.field("a format or nothing")? {
            "" => None,
            "unixTimestamp" => Some(TimestampFormat::UnixTimestamp),
            "iso8601" => Some(TimestampFormat::Iso8601),
            "rfc822" => Some(TimestampFormat::Rfc822),
            _ => return Err(line.damaged("a format of timestamps")),
        }),
        _ => return Err(wrong),
    })
}

fn structure(line: &mut Line, members: Vec<Member>) -> Result<Structure, DamagedData> {
    let name = line.field("a name")?;
    let flags = line.field("flags")?;
    Ok(Structure {
        name,
        members,
        payload: non_empty(line.field("a member or nothing")?),
        is_union: flags.contains('u'),
        is_document: flags.contains('d'),
        is_event_stream: flags.contains('e'),
    })
}

fn text(line: &mut Line) -> Result<Text, DamagedData> {
    let length = bounds(line)?;
    let pattern = non_empty(line.field("a pattern or nothing")?);
    let values = non_empty(line.field("values or nothing")?);
    let values = values.map(|values| values.split('\x1f').collect()).unwrap_or_default();
    Ok(Text { length, pattern, values })
}

fn bounds<N: std::str::FromStr>(line: &mut Line) -> Result<Bounds<N>, DamagedData> {
    Ok(Bounds { min: line.optional_number("a bound")?, max: line.optional_number("a bound")? })
}

/// A member; `count` is how many shapes there are.
pub(super) fn member(line: &mut Line, count: usize) -> Result<Member, DamagedData> {
    let name = line.field("a name")?;
    let shape = shape_id(line, count)?;
    let flags = line.field("flags")?;
    let has = |flag: char| flags.contains(flag);
    let mut member = Member {
        name,
        shape,
        required: has('!'),
        location: flags.chars().find_map(location),
        location_name: None,
        query_name: None,
        flattened: has('f'),
        xml_attribute: has('a'),
        xml_namespace: None,
        xml_prefix: None,
        json_value: has('j'),
        idempotency_token: has('i'),
        host_label: has('t'),
        streaming: has('S'),
        sensitive: has('*'),
        event_payload: has('p'),
    };
    while let Some((letter, value)) = line.attribute() {
        match letter {
            'l' => member.location_name = Some(value),
            'q' => member.query_name = Some(value),
            'x' => member.xml_namespace = Some(value),
            'p' => member.xml_prefix = Some(value),
            _ => return Err(line.damaged("attributes of a member")),
        }
    }
    Ok(member)
}

fn location(flag: char) -> Option<Location> {
    Some(match flag {
        'h' => Location::Header,
        'H' => Location::Headers,
        'u' => Location::Uri,
        'q' => Location::QueryString,
        's' => Location::StatusCode,
        _ => return None,
    })
}
