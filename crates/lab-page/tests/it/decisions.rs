//! The page of all decisions.

use lab_page::{DecisionsPage, Filter, ROWS, Template, row};

use crate::records::{MARKUP, allowed, denied, hostile, kept, lab, refused};

/// The ids of the rows, in their order.
fn ids(html: &str) -> Vec<&str> {
    let links = html.split("href=\"/decisions/").skip(1);
    links.filter_map(|rest| rest.split('"').next()).collect()
}

fn page(filter: &Filter, before: Option<&str>, all: Vec<iam_gate::DecisionRecord>) -> String {
    DecisionsPage::new(&lab(), filter, before, &kept(all), 0)
        .render()
        .unwrap_or_else(|error| error.to_string())
}

fn filter(decision: &str, principal: &str, service: &str) -> Filter {
    let text = str::to_owned;
    Filter { decision: text(decision), principal: text(principal), service: text(service) }
}

#[test]
fn the_newest_comes_first_and_each_says_its_verdict_in_words() {
    let all = vec![
        allowed("a", "ec2:DescribeInstances", "ada"),
        denied("b", "s3:GetObject", "ada"),
        refused("c"),
    ];
    let html = page(&Filter::default(), None, all);
    assert_eq!(ids(&html), ["c", "b", "a"]);
    for verdict in ["allowed", "denied", "refused"] {
        assert!(html.contains(&format!("<span class=\"verdict\">{verdict}</span>")), "{verdict}");
    }
    assert!(html.contains("because no identity-based policy allows the s3:GetObject action"));
    assert!(html.contains("data-live=\"/live?\""), "it goes on by itself");
    assert!(html.contains("3 of 3 decisions"));
}

#[test]
fn a_filter_shows_what_it_says_and_nothing_else() {
    let all = || {
        vec![
            allowed("a", "ec2:DescribeInstances", "ada"),
            denied("b", "s3:GetObject", "ada"),
            denied("c", "s3:GetObject", "grace"),
            refused("d"),
        ]
    };
    for (filter, shown) in [
        (filter("allowed", "", ""), &["a"][..]),
        (filter("denied", "", ""), &["c", "b"]),
        (filter("refused", "", ""), &["d"]),
        (filter("not-allowed", "", ""), &["d", "c", "b"]),
        (filter("", "user/ada", ""), &["b", "a"]),
        (filter("", "", "S3"), &["c", "b"]),
        (filter("denied", "user/grace", "s3"), &["c"]),
        (filter("denied", "", "ec2"), &[]),
        (filter("no such verdict", "", ""), &[]),
    ] {
        let html = page(&filter, None, all());
        assert_eq!(ids(&html), shown, "{filter:?}");
        assert!(html.contains(&format!("{} of 4 decisions", shown.len())), "{filter:?}");
    }
    let html = page(&filter("denied", "user/grace", ""), None, all());
    assert!(
        html.contains("data-live=\"/live?decision=denied&#38;principal=user%2Fgrace\""),
        "{html}"
    );
}

#[test]
fn the_filter_that_is_set_is_shown_as_set() {
    let of = |filter: &Filter| page(filter, None, vec![denied("a", "s3:GetObject", "ada")]);
    let html = of(&filter("not-allowed", "", ""));
    for (value, name, selected) in [
        ("", "all", ""),
        ("allowed", "allowed", ""),
        ("not-allowed", "denied or refused", " selected"),
        ("denied", "denied", ""),
        ("refused", "refused", ""),
    ] {
        let option = format!("<option value=\"{value}\"{selected}>{name}</option>");
        assert!(html.contains(&option), "{option}");
    }
    let all = "<a href=\"/\">Show all</a>";
    assert!(html.contains(all));
    assert!(!of(&Filter::default()).contains(all));
}

#[test]
fn older_ones_are_a_page_further() {
    let all = || (0..ROWS + 3).map(|n| denied(&format!("id{n}"), "s3:GetObject", "ada")).collect();
    let first = page(&Filter::default(), None, all());
    assert_eq!(ids(&first).len(), ROWS);
    assert!(first.contains("before=id3\""), "{first}");
    let second = page(&Filter::default(), Some("id3"), all());
    assert_eq!(ids(&second), ["id2", "id1", "id0"]);
    assert!(!second.contains("before="), "there are no more");
    assert!(!second.contains("data-live"), "what is new is not among the old");
    assert_eq!(ids(&page(&Filter::default(), Some("gone"), all())), [""; 0]);
}

#[test]
fn a_row_is_one_line_and_markup_in_it_is_text() {
    let html = row(&hostile()).unwrap();
    assert!(!html.contains('\n') && !html.contains('\r'), "{html}");
    assert!(!html.contains("<script>"), "{html}");
    let plain = row(&denied("a", "s3:GetObject", "ada")).unwrap();
    assert!(
        page(&Filter::default(), None, vec![denied("a", "s3:GetObject", "ada")])
            .replace('\n', " ")
            .contains(plain.trim())
    );
    assert_eq!(ids(&plain), ["a"]);
    let html = page(&filter(MARKUP, MARKUP, MARKUP), None, vec![hostile()]);
    assert!(!html.contains("<script>alert"), "{html}");
}

#[test]
fn where_nothing_is_enforced_every_page_says_so() {
    let audit = lab_page::LabFacts { audit: true, ..lab() };
    let warning = "Nothing is enforced";
    let filter = Filter::default();
    assert!(DecisionsPage::new(&audit, &filter, None, &[], 0).render().unwrap().contains(warning));
    assert!(!page(&filter, None, Vec::new()).contains(warning));
    let let_through =
        iam_gate::DecisionRecord { enforced: false, ..denied("a", "s3:GetObject", "ada") };
    assert!(page(&filter, None, vec![let_through]).contains("denied, let through"));
}
