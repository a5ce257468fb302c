//! Templates: wildcards and policy variables.

use super::*;

fn context() -> Context {
    let mut context = Context::new();
    context.set("aws:username", "alice");
    context.set("aws:PrincipalTag/star", "*");
    context.set_all("aws:TagKeys", ["a"]);
    context.set("key:long", "x".repeat(300));
    context.assume_unknown(["aws:SourceIp"]);
    context
}

fn outcome(text: &str, wildcards: Wildcards, value: &str) -> Truth {
    Template::compile(text, wildcards, true).unwrap().matches(value, &context())
}

#[test]
fn templates_match() {
    use Wildcards::{Any, Arn, Literal};
    for (text, wildcards, value) in [
        ("a*", Literal, "a*"),
        ("a*", Any, "abc"),
        ("*", Any, ""),
        ("***", Arn, "anything"),
        ("$", Any, "$"),
        ("a$*", Any, "a$b"),
        ("${aws:username}", Literal, "alice"),
        ("${ AWS:UserName }", Any, "alice"),
        ("x/${aws:username}/*", Any, "x/alice/y"),
        ("arn:aws:s3:::x/${aws:username}/*", Arn, "arn:aws:s3:::x/alice/y"),
        ("arn:aws:s3:::x/${*}", Arn, "arn:aws:s3:::x/*"),
        ("arn:aws:sns:${aws:username}::t", Arn, "arn:aws:sns:${aws:username}::t"),
        ("${aws:none, 'd'}", Any, "d"),
        ("${aws:none,'d}'}", Any, "d}"),
        ("${aws:none, ''}", Any, ""),
        ("${*}${?}${$}", Any, "*?$"),
        ("${*}*", Literal, "**"),
        ("${aws:PrincipalTag/star}", Any, "*"),
        ("${key:long}*", Any, &"x".repeat(301)),
        ("${aws:username}${aws:username}", Any, "alicealice"),
        ("arn:a*b:::::${aws:username}", Arn, "arn:axb:::::alice"),
        ("arn:a*${*}b:::::", Arn, "arn:axx*b:::::"),
        ("arn:a*", Arn, "arn:a:b"),
        ("arn:aws:s3:::a*b", Arn, "arn:aws:s3:::a:b"),
        ("arn:aws:s3:::a?b", Arn, "arn:aws:s3:::a:b"),
        ("arn:aws:s3:::a*b${aws:username}", Arn, "arn:aws:s3:::a:balice"),
    ] {
        assert_eq!(outcome(text, wildcards, value), Truth::True, "{text} {value}");
    }
}

#[test]
fn templates_do_not_match() {
    use Wildcards::{Any, Arn, Literal};
    for (text, wildcards, value) in [
        ("a*", Literal, "abc"),
        ("a*", Any, "ba"),
        ("${aws:username}", Any, "Alice"),
        ("${aws:none}", Any, ""),
        ("${aws:none}*", Any, "anything"),
        ("${aws:TagKeys}", Any, "a"),
        ("${aws:PrincipalTag/star}", Any, "x"),
        ("${aws:username, 'd'}", Any, "d"),
        ("${*}", Any, "x"),
        ("arn:a*b:c", Arn, "arn:a:b:c"),
        ("arn:aws:ec2:ap-*-2:c", Arn, "arn:aws:ec2:ap-x:y-2:c"),
        ("arn:aws:ec2:region:2*8:c", Arn, "arn:aws:ec2:region:2:8:c"),
        ("arn:aws:ec2:region:2?8:c", Arn, "arn:aws:ec2:region:2:8:c"),
        ("arn:a?b:c", Arn, "arn:a:b:c"),
        ("arn:a*b:::::${aws:username}", Arn, "arn:a:b:::::alice"),
        ("arn:aws:sns:${aws:username}::t", Arn, "arn:aws:sns:alice::t"),
        ("arn:aws:sns::${aws:username}:t", Arn, "arn:aws:sns::alice:t"),
        ("arn:aws:sns::${aws:none, 'x'}:t", Arn, "arn:aws:sns::x:t"),
        ("arn:a*${*}b:::::", Arn, "arn:ax:x*b:::::"),
    ] {
        assert_eq!(outcome(text, wildcards, value), Truth::False, "{text} {value}");
    }
}

#[test]
fn an_unknown_variable_leaves_it_open() {
    assert_eq!(outcome("${aws:SourceIp}", Wildcards::Any, "1"), Truth::Unknown);
    assert_eq!(outcome("${aws:SourceIp, 'x'}", Wildcards::Any, "x"), Truth::Unknown);
    let template = Template::compile("a${aws:X}b${AWS:y, 'z'}", Wildcards::Any, true).unwrap();
    let keys: Vec<_> = template.keys().map(Key::lower).collect();
    assert_eq!(keys, ["aws:x", "aws:y"]);
}

#[test]
fn without_variables_a_dollar_is_a_dollar() {
    let template = Template::compile("${aws:username}*", Wildcards::Any, false).unwrap();
    assert_eq!(template.matches("${aws:username}x", &context()), Truth::True);
    assert_eq!(template.matches("alice", &context()), Truth::False);
}

#[test]
fn malformed_variables_are_refused() {
    for (text, fault) in [
        ("${aws:username", VariableFault::Unclosed),
        ("${aws:x, 'a}", VariableFault::Unclosed),
        ("${}", VariableFault::BadKey),
        ("${ }", VariableFault::BadKey),
        ("${a${b}", VariableFault::BadKey),
        ("${**}", VariableFault::BadKey),
        ("${aws:x, a}", VariableFault::BadDefault),
        ("${aws:x,}", VariableFault::BadDefault),
        ("${aws:x, 'a' 'b'}", VariableFault::BadDefault),
    ] {
        assert_eq!(Template::compile(text, Wildcards::Any, true).unwrap_err(), fault, "{text}");
    }
}

#[test]
fn callers_that_compare_get_the_expanded_pattern() {
    let compare = |text: &str, expected: &[u8]| {
        let template = Template::compile(text, Wildcards::Any, true).unwrap();
        template.compare(&context(), |pattern| pattern == expected)
    };
    assert_eq!(compare("**", &[RUN]), Truth::True);
    assert_eq!(compare("ab", b"ab"), Truth::True);
    assert_eq!(compare("ab*", &[b'a', b'b', RUN]), Truth::True);
    assert_eq!(compare("a?b", &[b'a', ONE, b'b']), Truth::True);
    assert_eq!(compare("${aws:username}!", b"alice!"), Truth::True);
    assert_eq!(compare("${aws:none}", b""), Truth::False);
    assert_eq!(compare("${aws:SourceIp}", b""), Truth::Unknown);
}

#[test]
fn variables_before_the_fifth_colon_are_found() {
    for (arn, early) in [
        ("arn:aws:sns:${aws:username}::t", true),
        ("arn:aws:sns:r:${a:b}:t", true),
        ("arn:aws:sns:r:1:${aws:username}", false),
        ("arn:aws:s3:::${aws:username}/*", false),
        ("arn:aws:s${*}${?}${$}:::x", false),
        ("${a:b}", true),
        ("*", false),
    ] {
        assert_eq!(has_early_variable(arn), early, "{arn}");
    }
}
