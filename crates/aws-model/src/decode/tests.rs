//! All data can be decoded; damaged data is an error.

use std::collections::HashSet;

use crate::DamagedData;
use crate::shape::ShapeId;
use crate::{index, pack};

#[test]
fn all_services_and_prefixes_are_decoded() {
    let index = index::read().unwrap();
    assert_eq!((index.services.len(), index.authorizations.len()), (445, 457));
    let mut operations = 0;
    for service in &index.services {
        let model = service.decode().unwrap();
        operations += model.operations.len();
        assert!(
            model.operations.is_sorted_by(|one, other| one.name < other.name),
            "{}",
            service.name
        );
        for operation in &model.operations {
            let input = operation.input.map(|ShapeId(number)| &model.shapes[number as usize]);
            let structure = input.is_none_or(|shape| matches!(shape, crate::Shape::Structure(_)));
            assert!(structure, "{} {}", service.name, operation.name);
            for error in &operation.errors {
                assert!(model.errors.iter().any(|one| one.name == *error), "{error}");
            }
        }
    }
    let mut actions = 0;
    for authorization in index.authorizations {
        let decoded = authorization.decode().unwrap();
        let names: HashSet<_> = decoded.actions.iter().map(|action| action.name).collect();
        assert_eq!(names.len(), decoded.actions.len(), "{}", authorization.prefix);
        actions += decoded.actions.len();
    }
    assert_eq!((operations, actions), (OPERATIONS, ACTIONS));
}

const OPERATIONS: usize = 11_488;
const ACTIONS: usize = 22_321;

#[test]
fn an_index_that_is_damaged_is_an_error() {
    for (text, expected) in [
        ("X\ta\n", "line 1 of the data of `index`: expected a line of the index, found `X\ta`"),
        (
            "P\tsqs\tSQS\t0\n",
            "line 1 of the data of `index`: expected a length, found `P\tsqs\tSQS\t0`",
        ),
        (
            "P\tsqs\tSQS\tx\t1\n",
            "line 1 of the data of `index`: expected an offset, found `P\tsqs\tSQS\tx\t1`",
        ),
        (
            "S\ta\ta\t\ta\tA\t1\tz\t\t\t\t\t0\t0\n",
            "line 1 of the data of `index`: expected letters of protocols, found `S\ta\ta\t\ta\tA\t1\tz\t\t\t\t\t0\t0`",
        ),
    ] {
        assert_eq!(super::index(text).unwrap_err().to_string(), expected);
    }
}

#[test]
fn a_service_that_is_damaged_is_an_error() {
    for (text, expected) in [
        ("Q\n", "a shape with its members"),
        ("b\nI\t1\n", "a bound"),
        ("I\t1\tx\n", "a bound"),
        ("L\t\t\n", "a shape with its members"),
        ("M\t\t\n.\tkey\t0\t\n", "a shape with its members"),
        ("b\n.\tx\t0\t\n", "a shape with its members"),
        ("S\tA\t\t\n.\tx\t1\t\n", "the number of a shape"),
        ("S\tA\t\t\n.\tx\t-1\t\n", "the number of a shape"),
        ("S\tA\t\t\n.\tx\t0\t\tzz\n", "attributes of a member"),
        ("t\tnever\n", "a format of timestamps"),
        ("O\tA\tPOST\t/\t0\t\n", "the number of a shape or `-`"),
        ("O\tA\tPOST\t/\t-\n", "flags"),
        ("O\tA\tPOST\t/\t-\t\tzz\n", "attributes of an operation"),
        ("E\tA\tA\tx\ts\n", "a status"),
    ] {
        match super::model::model("x", text).map(|model| model.shapes) {
            Err(DamagedData::Line { expected: found, .. }) => assert_eq!(found, expected, "{text}"),
            other => panic!("{text}: {other:?}"),
        }
    }
}

#[test]
fn an_authorization_that_is_damaged_is_an_error() {
    for (text, expected) in [
        ("Q\n", "a key, a type or an action"),
        ("K\ta:b\tNothing\n", "a type"),
        ("R\ta\tarn\t0\t\n", "numbers of keys"),
        ("R\ta\tarn\t\n", "separators"),
        ("A\ta\tX\t\t\t\n", "an access level"),
        ("A\ta\tR\t\t\tqueue!;;\n", "resource types"),
        ("A\ta\tR\t\t\tqueue\n", "resource types"),
    ] {
        match super::authorization::authorization("x", text).map(|decoded| decoded.actions) {
            Err(DamagedData::Line { expected: found, .. }) => assert_eq!(found, expected, "{text}"),
            other => panic!("{text}: {other:?}"),
        }
    }
}

#[test]
fn what_cannot_be_inflated_is_an_error() {
    let damaged = Err(DamagedData::Inflate("x"));
    assert_eq!(pack::inflate("x", b"no deflate"), damaged);
    assert_eq!(pack::inflate("x", &pack::INDEX[..pack::INDEX.len() / 2]), damaged);
    for (offset, length) in [(usize::MAX, 1), (1 << 40, 1), (0, 1 << 40), (1, 100)] {
        assert_eq!(pack::part("x", pack::Place { offset, length }), damaged);
    }
}
