//! The other pages.

use fed_types::UnixTime;
use iam_gate::{DecisionRecord, SessionRecord};
use lab_page::{
    AccountFacts, HeldPolicy, IssuerFacts, IssuersPage, Learned, LearnedPage, LearnedPolicies,
    MessagePage, Person, PrincipalsPage, Template, WorldPage,
};

use crate::records::{MARKUP, allowed, denied, hostile, kept, lab, refused};

#[test]
fn principals_are_counted_by_verdict() {
    let all = kept([
        allowed("a", "ec2:DescribeInstances", "ada"),
        allowed("b", "ec2:DescribeInstances", "ada"),
        denied("c", "s3:GetObject", "ada"),
        refused("d"),
        denied("e", "s3:GetObject", "grace"),
    ]);
    let html = PrincipalsPage::new(&lab(), &all).render().unwrap();
    let row = |name: &str| {
        let row = html.split("<tr>").find(|row| row.contains(name)).unwrap();
        let cells = row.split("</td><td>").skip(1).take(3);
        cells.map(|cell| cell.split('<').next().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(row("user/ada</a>"), ["2", "1", "0"]);
    assert_eq!(row("user/grace</a>"), ["0", "1", "0"]);
}

#[test]
fn a_session_is_told_once_and_the_newest_first() {
    let by = |id: &str, key: &str, seconds: i64| DecisionRecord {
        session: Some(SessionRecord {
            access_key_id: key.to_owned(),
            role_arn: None,
            expiration: UnixTime::from_seconds(seconds),
            federated_provider: None,
            source_identity: None,
        }),
        ..allowed(id, "ec2:DescribeInstances", "ada")
    };
    let all = kept([by("a", "ASIA1", 0), by("b", "ASIA2", 60), by("c", "ASIA1", 120)]);
    let html = PrincipalsPage::new(&lab(), &all).render().unwrap();
    let told: Vec<&str> = html
        .split("<div>ASIA")
        .skip(1)
        .map(|rest| rest.split("</div>").next().unwrap_or_default())
        .collect();
    assert_eq!(told, ["1, until 1970-01-01T00:02:00Z", "2, until 1970-01-01T00:01:00Z"]);
}

#[test]
fn no_page_takes_a_text_for_markup() {
    let text = || MARKUP.to_owned();
    let issuers = [IssuerFacts {
        issuer: text(),
        url: text(),
        key_ids: vec![text()],
        clock_offset: -60,
        faults: vec![text()],
    }];
    let accounts = [AccountFacts { id: text(), name: Some(text()), decisions: 1, is_first: false }];
    let people = [Person { name: text(), email: text(), subject: text() }];
    let addresses = [("gate", text())];
    let policies =
        vec![LearnedPolicies { principal: text(), calls: 2, denied: 1, documents: vec![text()] }];
    let held = || vec![HeldPolicy { holder: text(), document: text() }];
    let learned =
        Learned { policies, trust: held(), resources: held(), all_resources: false, lost: 0 };
    let (lab, faults) = (lab(), [text()]);
    for html in [
        PrincipalsPage::new(&lab, &kept([hostile()])).render().unwrap(),
        IssuersPage::new(&lab, &issuers, &faults).render().unwrap(),
        WorldPage::new(&lab, &accounts, &people, &addresses).render().unwrap(),
        LearnedPage::new(&lab, &learned).render().unwrap(),
        MessagePage::enter(MARKUP).render().unwrap(),
        MessagePage::failed(MARKUP, MARKUP).render().unwrap(),
    ] {
        assert!(html.contains("&#60;script&#62;alert(1)"), "{html}");
        assert!(!html.contains("<script>alert"), "{html}");
    }
}

#[test]
fn a_clock_says_which_way_it_is_off() {
    let issuer = |clock_offset| IssuerFacts {
        issuer: "https://accounts.google.com".to_owned(),
        url: "http://127.0.0.1:4000".to_owned(),
        key_ids: Vec::new(),
        clock_offset,
        faults: Vec::new(),
    };
    for (offset, told) in [(0, "right"), (3600, "3600 s ahead"), (-60, "60 s behind")] {
        let html = IssuersPage::new(&lab(), &[issuer(offset)], &[]).render().unwrap();
        assert!(html.contains(&format!("<dt>Clock</dt><dd>{told}</dd>")), "{html}");
        assert!(html.contains("made when the first is needed"), "{html}");
    }
}

#[test]
fn the_first_account_cannot_be_closed() {
    let account = |is_first| AccountFacts {
        id: "278805249149".to_owned(),
        name: None,
        decisions: 0,
        is_first,
    };
    let close = "/accounts/278805249149/close";
    assert!(!WorldPage::new(&lab(), &[account(true)], &[], &[]).render().unwrap().contains(close));
    assert!(WorldPage::new(&lab(), &[account(false)], &[], &[]).render().unwrap().contains(close));
}

#[test]
fn what_was_learned_is_told_of_principals_roles_and_resources() {
    let held = |holder: &str| {
        vec![HeldPolicy { holder: holder.to_owned(), document: format!("policy of {holder}") }]
    };
    let learned = Learned { trust: held("role"), resources: held("queue"), ..Learned::default() };
    let html = LearnedPage::new(&lab(), &learned).render().unwrap();
    for text in [
        "Nobody was allowed anything yet",
        "policy of role",
        "policy of queue",
        "for what was used from other accounts",
        "<a href=\"/learned?resources=all\">",
    ] {
        assert!(html.contains(text), "{text}: {html}");
    }
    assert!(!html.contains("too many to be kept"), "{html}");
    let all = Learned { all_resources: true, lost: 3, ..Learned::default() };
    let html = LearnedPage::new(&lab(), &all).render().unwrap();
    for text in [
        "No role was assumed yet.",
        "Nothing that needs one was used yet.",
        "<a href=\"/learned\">",
        "3 permissions were too many to be kept",
    ] {
        assert!(html.contains(text), "{text}: {html}");
    }
}
