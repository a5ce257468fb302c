//! Which operation a REST request is, by method, path, query and headers.

use crate::operation::Operation;
use crate::service::Service;
use crate::shape::Location;

/// What names the operation of a REST request.
#[derive(Debug, Clone, Copy)]
pub struct RestRequest<'r> {
    /// The method, in capitals.
    pub method: &'r str,
    /// The path, as written (percent-encoded), without the query.
    pub path: &'r str,
    /// Names and values of the query, decoded.
    pub query: &'r [(&'r str, &'r str)],
    /// Names of headers, in lowercase.
    pub headers: &'r [&'r str],
}

/// The operation of a request, and what its path fills in.
#[derive(Debug, Clone)]
pub struct Route<'p> {
    /// The operation.
    pub operation: &'static Operation,
    /// Labels of the template and what stands for them, as the path writes it
    /// (percent-encoded).
    pub labels: Vec<(&'static str, &'p str)>,
}

/// How well a template fits; the greater the better. Segments come first, then how much of
/// the query the template names, whether all is there that the input requires of query and
/// headers, how much that is, and whether the operation is still advised.
type Fit = (Vec<u8>, usize, bool, usize, bool);

impl Service {
    /// The operation of a REST request. One that lacks what its input requires is found too,
    /// unless another of the same path and query lacks nothing. Where AWS itself has two
    /// operations for one request, it is the one that is not deprecated, or else the first by
    /// name.
    pub fn route<'p>(&'static self, request: RestRequest<'p>) -> Option<Route<'p>> {
        let mut best: Option<(Fit, Route<'p>)> = None;
        for operation in self.operations().iter().filter(|one| one.method == request.method) {
            let Some((fit, route)) = self.fit(operation, request) else { continue };
            if best.as_ref().is_none_or(|(other, _)| fit > *other) {
                best = Some((fit, route));
            }
        }
        best.map(|(_, route)| route)
    }

    fn fit<'p>(
        &'static self,
        operation: &'static Operation,
        request: RestRequest<'p>,
    ) -> Option<(Fit, Route<'p>)> {
        let template = &operation.template;
        let asked = template.query.iter().all(|(name, value)| {
            let mut given = request.query.iter().filter(|(key, _)| key == name);
            given.any(|(_, text)| value.is_none_or(|value| value == *text))
        });
        if !asked {
            return None;
        }
        let labels = template.labels(request.path)?;
        let (required, given) = self.required(operation, request);
        let segments = template.segments.iter().map(|segment| segment.rank()).collect();
        let advised = !operation.deprecated;
        let fit = (segments, template.query.len(), given == required, given, advised);
        Some((fit, Route { operation, labels }))
    }

    /// How many members of query and headers the input requires, and how many of these the
    /// request has.
    fn required(&self, operation: &Operation, request: RestRequest<'_>) -> (usize, usize) {
        let Some(input) = self.input(operation) else { return (0, 0) };
        let mut counts = (0, 0);
        for member in input.members.iter().filter(|member| member.required) {
            let name = member.location_name.unwrap_or(member.name);
            let given = match member.location {
                Some(Location::QueryString) => request.query.iter().any(|(key, _)| *key == name),
                Some(Location::Header) => {
                    request.headers.iter().any(|key| key.eq_ignore_ascii_case(name))
                }
                _ => continue,
            };
            counts.0 += 1;
            counts.1 += usize::from(given);
        }
        counts
    }
}
