//! A service's shapes, errors and operations.

mod shapes;

use crate::operation::{Auth, Checksum, ErrorShape, Operation};
use crate::pack::{self, Place};
use crate::service::Model;
use crate::shape::ShapeId;
use crate::text::{DamagedData, Line};
use crate::uri_template::UriTemplate;

/// Decodes a service's part of the pack.
pub(crate) fn model_at(of: &'static str, place: Place) -> Result<Model, DamagedData> {
    model(of, pack::part(of, place)?)
}

/// Decodes a service's data.
pub(crate) fn model(of: &'static str, text: &'static str) -> Result<Model, DamagedData> {
    let mut model = Model::default();
    let count = text.lines().filter(|line| !line.starts_with(['.', 'E', 'O'])).count();
    let mut lines = Line::all(of, text).peekable();
    while let Some((kind, mut line)) = lines.next() {
        match kind {
            "E" => model.errors.push(error(&mut line)?),
            "O" => model.operations.push(operation(&mut line, count)?),
            _ => {
                let mut members = Vec::new();
                while let Some((_, mut line)) = lines.next_if(|(kind, _)| *kind == ".") {
                    members.push(shapes::member(&mut line, count)?);
                }
                model.shapes.push(shapes::shape(kind, &mut line, members)?);
            }
        }
    }
    Ok(model)
}

/// The number of a shape that is there.
fn shape_id(line: &mut Line, count: usize) -> Result<ShapeId, DamagedData> {
    let number: u32 = line.number("the number of a shape")?;
    if number as usize >= count {
        return Err(line.damaged("the number of a shape"));
    }
    Ok(ShapeId(number))
}

fn error(line: &mut Line) -> Result<ErrorShape, DamagedData> {
    Ok(ErrorShape {
        name: line.field("a name")?,
        code: line.field("a code")?,
        status: line.number("a status")?,
        sender_fault: line.field("whose fault it is")? == "s",
    })
}

fn operation(line: &mut Line, count: usize) -> Result<Operation, DamagedData> {
    let name = line.field("a name")?;
    let method = line.field("a method")?;
    let uri = line.field("a template")?;
    let input = line.field("the number of a shape or `-`")?;
    let input = match input.parse::<u32>() {
        Ok(number) if (number as usize) < count => Some(ShapeId(number)),
        Err(_) if input == "-" => None,
        _ => return Err(line.damaged("the number of a shape or `-`")),
    };
    let flags = line.field("flags")?;
    let auth = match (flags.contains('n'), flags.contains('u')) {
        (true, _) => Auth::None,
        (_, true) => Auth::UnsignedPayload,
        _ => Auth::Signed,
    };
    let mut operation = Operation {
        name,
        method,
        uri,
        input,
        input_element: None,
        input_namespace: None,
        host_prefix: None,
        auth,
        checksum: Checksum { required: flags.contains('c'), algorithm_member: None },
        may_be_compressed: flags.contains('z'),
        deprecated: flags.contains('d'),
        errors: Vec::new(),
        template: UriTemplate::new(uri),
    };
    while let Some((letter, value)) = line.attribute() {
        match letter {
            'n' => operation.input_element = Some(value),
            'x' => operation.input_namespace = Some(value),
            'h' => operation.host_prefix = Some(value),
            'c' => operation.checksum.algorithm_member = Some(value),
            'e' => operation.errors = value.split(',').collect(),
            _ => return Err(line.damaged("attributes of an operation")),
        }
    }
    Ok(operation)
}
