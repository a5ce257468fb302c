//! The page of a run, made of what a run could have seen.

mod samples;

use std::time::Duration;

use run_page::{Part, Phase, RunPage, Template as _};
use samples::{command, decision, denied, run};

/// What a person reads of `html`: its text, tags left out, spaces joined.
fn text(html: &str) -> String {
    let (_, body) = html.split_once("<body>").unwrap_or_default();
    let mut text = String::new();
    for piece in body.split('<') {
        text.push_str(piece.split_once('>').map_or(piece, |(_, text)| text));
        text.push(' ');
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[track_caller]
fn in_order(text: &str, expected: &[&str]) {
    let mut rest = text;
    for one in expected {
        let found = rest.split_once(one);
        assert!(found.is_some(), "no `{one}` next in: {rest}");
        rest = found.unwrap_or_default().1;
    }
}

#[test]
fn what_was_typed_is_shown_with_its_answer_and_the_time() {
    let mut typed = command("aws sts get-caller-identity");
    typed.stdout = "{\n  \"Account\": \"1\"\n}\n".to_owned();
    typed.decisions = Vec::from([decision("sts:GetCallerIdentity").into()]);
    let run = run(Part::Tutorial, Vec::from([typed]));
    let page = RunPage::new(&run).render().unwrap();
    in_order(
        &text(&page),
        &[
            "1 passed, 0 failed in 1 min 5 s; 0 exchanges of a token",
            "2 skipped: no Chromium here",
            "By phase",
            "the lab starts",
            "4.2 s",
            "The tutorial",
            "5. The ID token 1 of 1 passed, 3.0 s",
            "It is a JWT.",
            "A scenario",
            "no-policy-user",
            "aws sts get-caller-identity",
            "&#34;Account&#34;: &#34;1&#34;",
            "exit status 0, 0.8 s",
            "1 decision of the gate",
            "allowed sts:GetCallerIdentity",
        ],
    );
}

#[test]
fn an_exchange_is_a_diagram_with_the_decision_and_its_statement() {
    let mut signing_in = command("fed-cli token --raw");
    signing_in.signed_in = Some("ada@example.com".to_owned());
    let mut typed = command("aws sts assume-role-with-web-identity --web-identity-token $ID_TOKEN");
    typed.decisions = Vec::from([decision("sts:AssumeRoleWithWebIdentity").into()]);
    let run = run(Part::Tutorial, Vec::from([signing_in, typed]));
    let page = RunPage::new(&run).render().unwrap();
    in_order(
        &text(&page),
        &[
            "1 exchange of a token",
            "The exchange: allowed",
            "Person aws CLI Issuer Gate Emulator",
            "Person → aws CLI aws sts assume-role-with-web-identity",
            "aws CLI has the ID token of the sign-in as ada@example.com",
            "aws CLI → Gate AssumeRoleWithWebIdentity: role/google-oidc-role, token of accounts.google.com",
            "Gate allowed by trust policy#statement 1",
            "Gate → Emulator the request, signed anew",
            "Emulator → Gate the answer, after 7.5 ms",
            "Gate → aws CLI 200: credentials",
            "aws CLI → Person exit status 0",
            "Provider accounts.google.com",
            "accounts.google.com:sub 113632458324056836621",
        ],
    );
    assert!(page.contains("class=\"right from-1 span-2 \""), "{page}");
    assert!(page.contains("class=\"left from-1 span-2 \""), "{page}");
    assert!(page.contains("class=\"self from-4 span-1 allowed\""), "{page}");
}

#[test]
fn the_sign_in_is_in_the_diagram_of_the_command_that_asked_for_it() {
    let mut typed = command("fed-cli assume --no-browser");
    typed.signed_in = Some("ada@example.com".to_owned());
    typed.decisions = Vec::from([decision("sts:AssumeRoleWithWebIdentity").into()]);
    let run = run(Part::Tutorial, Vec::from([typed]));
    let page = RunPage::new(&run).render().unwrap();
    in_order(
        &text(&page),
        &[
            "fed-cli → Person the address of the sign-in page",
            "Person → Issuer signs in as ada@example.com",
            "Issuer → fed-cli a code",
            "fed-cli → Issuer the code, and the PKCE verifier",
            "Issuer → fed-cli an ID token",
            "fed-cli → Gate",
        ],
    );
}

#[test]
fn a_refusal_names_the_condition_and_asks_no_emulator() {
    let mut typed = command("fed-cli assume");
    typed.status = 3;
    typed.decisions = Vec::from([denied().into()]);
    let run = run(Part::Refusals, Vec::from([typed]));
    let page = RunPage::new(&run).render().unwrap();
    in_order(
        &text(&page),
        &[
            "What is refused",
            "The exchange: denied",
            "Gate denied: no statement of the trust policy allows it",
            "Gate answers by itself: nothing is forwarded",
            "Gate → fed-cli 403 AccessDenied",
            "fed-cli → Person exit status 3",
            "trust policy#statement 1, line 9: StringEquals accounts.google.com:sub asks for 7, found 8",
        ],
    );
    assert!(!text(&page).contains("Emulator → Gate") && !text(&page).contains(": credentials"));
}

#[test]
fn what_failed_is_open_and_says_why() {
    let mut run = run(Part::Further, Vec::from([command("fed-cli assume")]));
    let page = RunPage::new(&run).render().unwrap();
    assert!(!page.contains("<details class=\"scenario\" open>"));
    run.chapters[0].scenarios[0].failure = Some("expected `a`, found `b`".to_owned());
    let page = RunPage::new(&run).render().unwrap();
    assert!(page.contains("<details class=\"scenario\" open>"));
    in_order(
        &text(&page),
        &["0 passed, 1 failed", "✘ failed: A scenario", "expected `a`, found `b`"],
    );
}

/// Wrapped where each line begins far to the right it would be a column of letters.
#[test]
fn json_is_scrolled_and_not_wrapped() {
    let mut typed = command("aws iam get-role --role-name r");
    typed.stdout = "{\n  \"Role\": {\n    \"RoleName\": \"r\"\n  }\n}\n".to_owned();
    typed.stderr = "a sentence\n".to_owned();
    let run = run(Part::Tutorial, Vec::from([typed]));
    let page = RunPage::new(&run).render().unwrap();
    assert!(page.contains("<pre class=\"answer json\" tabindex=\"0\">{\n"), "{page}");
    assert!(page.contains("<pre class=\"answer error\">a sentence</pre>"), "{page}");
    assert!(page.contains(".run pre.json { white-space: pre; "));
}

#[test]
fn a_bar_is_as_long_as_its_part_of_the_longest() {
    let mut run = run(Part::Tutorial, Vec::new());
    let phase =
        |name: &str, seconds| Phase { name: name.to_owned(), took: Duration::from_secs(seconds) };
    run.phases = [phase("one", 10), phase("two", 20), phase("three", 1)].into();
    let page = RunPage::new(&run).render().unwrap();
    for (name, hundredths) in [("one", 50), ("two", 100), ("three", 5)] {
        let row = page.split("<tr>").find(|row| row.contains(&format!(">{name}</th>"))).unwrap();
        assert!(row.contains(&format!("value=\"{hundredths}\"")), "{row}");
    }
}

#[test]
fn the_first_of_a_tutorials_chapter_is_open_and_no_other() {
    let open = |part| {
        let mut run = run(part, Vec::new());
        let more = run.chapters[0].scenarios.clone();
        run.chapters[0].scenarios.extend(more);
        let page = RunPage::new(&run).render().unwrap();
        let scenarios = page.split("<details class=\"scenario\"").skip(1);
        scenarios.map(|rest| rest.starts_with(" open>")).collect::<Vec<_>>()
    };
    assert_eq!(open(Part::Tutorial), [true, false]);
    assert_eq!(open(Part::Refusals), [false, false]);
}

#[test]
fn a_part_has_no_empty_column_beside_it() {
    let of = |parts: &[Part]| {
        let mut whole = run(parts[0], Vec::new());
        for part in &parts[1..] {
            whole.chapters.extend(run(*part, Vec::new()).chapters);
        }
        RunPage::new(&whole).render().unwrap().contains("<div class=\"in-two\">")
    };
    assert!(of(&[Part::Tutorial, Part::Refusals]));
    assert!(of(&[Part::Tutorial, Part::Refusals, Part::Further]));
    for parts in [&[Part::Tutorial][..], &[Part::Refusals], &[Part::Tutorial, Part::Further]] {
        assert!(!of(parts), "{parts:?}");
    }
}

/// Whatever a command printed is text, and the file needs nothing from elsewhere.
#[test]
fn the_page_is_one_file_and_runs_nothing() {
    let mut typed = command("echo '<script src=x></script>'");
    typed.stdout = "<img src=\"https://attacker.example/x.png\" onerror=alert(1)>".to_owned();
    typed.stderr = "</pre><style>*{display:none}</style>".to_owned();
    let run = run(Part::Tutorial, Vec::from([typed]));
    let page = RunPage::new(&run).render().unwrap();
    for absent in ["<script", "<img", "src=\"", "url(", "@import", "</pre><style>"] {
        assert!(!page.contains(absent), "{absent}");
    }
    assert_eq!(page.matches("<style>").count(), 1);
    assert!(page.contains("content=\"default-src 'none'; style-src 'unsafe-inline'"));
    let targets = page.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap());
    for target in targets {
        assert!(target.starts_with('#') || target == "data:,", "{target}");
    }
}
