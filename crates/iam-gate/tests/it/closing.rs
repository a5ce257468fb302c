//! Accounts that are closed, and accounts that are being filled: nobody is let in who should not
//! be, whenever he came.

use iam_gate::{AccessKey, Membership, ServiceControlPolicies};

use crate::client::Answer;
use crate::emulator::{Fault, details, user};
use crate::lab::{ALLOW_ALL, DENY_EC2, DESCRIBE, IDENTITY, Lab, ROLE, account, claims};

const SESSION: &str = "Action=GetSessionToken&Version=2011-06-15";
const INVALID: &str = "The security token included in the request is invalid.";

fn unknown(answer: &Answer) {
    answer.refused(403, "InvalidClientTokenId", INVALID);
}

#[tokio::test]
async fn a_closed_account_knows_nobody_and_lets_nobody_sign_in() {
    let lab = Lab::start().await;
    let user = lab.key_of("ec2-user").await;
    let token = lab.keys.rs256(&claims());
    let role = lab.session(&lab.assume(&token, &[]).await);
    let own = lab.session(&lab.query(&user, "sts", SESSION).send().await);
    lab.gate.close_account(&account());
    let before = lab.emulator.count();
    for signing in [&lab.as_root(), &user, &role, &own] {
        for call in [IDENTITY, SESSION] {
            unknown(&lab.query(signing, "sts", call).send().await);
        }
        let answer = lab.query(signing, "ec2", DESCRIBE).send().await;
        assert_eq!((answer.status, answer.text("Code").as_str()), (401, "AuthFailure"));
    }
    let answer = lab.assume(&token, &[]).await;
    answer.refused(403, "AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity");
    // Nor is the emulator asked for what was the account's.
    assert_eq!(lab.emulator.count(), before);
    // Another account under the same number: its administrator is another one, and nobody
    // of the first comes back.
    let again = lab.gate.open_account(&account()).unwrap();
    assert_ne!(again, lab.root);
    for signing in [&lab.as_root(), &user, &role, &own] {
        unknown(&lab.query(signing, "sts", IDENTITY).send().await);
    }
    lab.query(&lab.signing(&again), "sts", IDENTITY).send().await.allowed();
}

/// What is answered when the account is closed, or closed and opened anew, while the emulator is
/// waited for.
async fn closed_under_way(lab: &Lab, reopens: bool, asked: impl Future<Output = Answer>) -> Answer {
    let closes = async {
        lab.emulator.is_waited_for().await;
        lab.gate.close_account(&account());
        if reopens {
            lab.gate.open_account(&account()).unwrap();
        }
        lab.emulator.answers_at_last();
    };
    tokio::join!(asked, closes).0
}

#[tokio::test]
async fn who_signs_in_while_an_account_is_closed_gets_nothing() {
    for reopens in [false, true] {
        let lab = Lab::start().await;
        lab.emulator.fails(Some(Fault::Slowness));
        let token = lab.keys.rs256(&claims());
        let answer = closed_under_way(&lab, reopens, lab.assume(&token, &[])).await;
        let denied = "Not authorized to perform sts:AssumeRoleWithWebIdentity";
        answer.refused(403, "AccessDenied", denied);
    }
}

/// The user is read, or the key is made, while the account is closed.
#[tokio::test]
async fn who_asks_for_credentials_while_an_account_is_closed_gets_none() {
    for reopens in [false, true] {
        let lab = Lab::start().await;
        let user = lab.key_of("ec2-user").await;
        lab.forgets().await;
        lab.emulator.fails(Some(Fault::Slowness));
        let asked = lab.query(&user, "sts", SESSION).send();
        unknown(&closed_under_way(&lab, reopens, asked).await);

        let makes = "Action=CreateAccessKey&Version=2010-05-08&UserName=ec2-user";
        let lab = Lab::start().await;
        let user = lab.key_of("ec2-user").await;
        lab.emulator.holds_back("CreateAccessKey");
        let asked = lab.query(&lab.as_root(), "iam", makes).send();
        unknown(&closed_under_way(&lab, reopens, asked).await);
        unknown(&lab.query(&user, "sts", IDENTITY).send().await);
    }
}

/// Many who go on asking, until the account is closed: no session outlives it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_session_of_a_crowd_outlives_its_account() {
    let lab = Lab::start().await;
    let root = lab.as_root();
    let asks = async || {
        let mut sessions = Vec::new();
        loop {
            let answer = lab.query(&root, "sts", SESSION).send().await;
            if answer.status != 200 {
                unknown(&answer);
                return sessions;
            }
            sessions.push(lab.session(&answer));
        }
    };
    let closes = async {
        while lab.gate.decisions().len() < 40 {
            tokio::task::yield_now().await;
        }
        lab.gate.close_account(&account());
        lab.gate.open_account(&account()).unwrap();
    };
    let (one, two, three, ()) = tokio::join!(asks(), asks(), asks(), closes);
    let sessions: Vec<_> = [one, two, three].concat();
    assert!(sessions.len() >= 30, "{}", sessions.len());
    for session in &sessions {
        unknown(&lab.query(session, "sts", IDENTITY).send().await);
    }
}

fn bound() -> Membership {
    let policies = ServiceControlPolicies::default();
    let policies = policies.with_level([("no-ec2", DENY_EC2)]).unwrap();
    Membership { policies, ..Membership::default() }
}

fn shut(answer: &Answer) {
    assert_eq!(answer.status, 503, "{}", answer.body);
    let told = "account `278805249149` is being emptied or filled; ask again";
    assert!(answer.text("Message").contains(told), "{}", answer.body);
}

/// While an account is filled only who fills it is let in, and no policy is off for anybody else.
#[tokio::test]
async fn an_account_that_is_filled_answers_nobody_else() {
    let lab = Lab::start().await;
    let user = lab.key_of("ec2-user").await;
    lab.gate.join_organization(&account(), Some(bound()));
    let describe =
        async |key: &AccessKey| lab.query(&lab.signing(key), "ec2", DESCRIBE).send().await;
    assert_eq!(describe(&lab.root).await.status, 403);
    let kept = lab.gate.decisions().len();
    let founding = lab.gate.found(&account()).unwrap();
    describe(founding.key()).await.allowed();
    assert_eq!(lab.gate.decisions().len(), kept, "what fills it is not kept");
    let asked = lab.emulator.seen("DescribeInstances").len();
    shut(&describe(&lab.root).await);
    shut(&lab.query(&user, "ec2", DESCRIBE).send().await);
    shut(&lab.query(&user, "sts", SESSION).send().await);
    let token = lab.keys.rs256(&claims());
    shut(&lab.assume(&token, &[]).await);
    let other = lab.gate.open_account(&"111122223333".parse().unwrap()).unwrap();
    let assume = format!(
        "Action=AssumeRole&Version=2011-06-15&RoleSessionName=s2&RoleArn={}",
        ROLE.replace(':', "%3A")
    );
    shut(&lab.query(&lab.signing(&other), "sts", &assume).send().await);
    // Nor who fills another one.
    let filling = lab.gate.found(&"111122223333".parse().unwrap()).unwrap();
    shut(&lab.query(&lab.signing(filling.key()), "sts", &assume).send().await);
    assert_eq!(lab.emulator.seen("DescribeInstances").len(), asked);
    // What was decided before is still told.
    let told = lab.gate.decisions().iter().filter(|one| one.status == 503).count();
    assert_eq!((told, lab.gate.decisions().len()), (5, kept + 5));

    founding.done();
    assert_eq!(describe(&lab.root).await.status, 403, "the policy binds as before");
    describe(founding.key()).await.allowed();
    let own = lab.query(&lab.signing(founding.key()), "sts", SESSION).send().await;
    let own = lab.session(&own);
    assert_eq!(lab.query(&own, "ec2", DESCRIBE).send().await.status, 403);
    let key = founding.key().clone();
    drop(founding);
    let answer = describe(&key).await;
    assert_eq!((answer.status, answer.text("Code").as_str()), (401, "AuthFailure"));
}

#[tokio::test]
async fn an_account_whose_filling_broke_off_stays_shut() {
    let lab = Lab::start().await;
    drop(lab.gate.found(&account()).unwrap());
    shut(&lab.query(&lab.as_root(), "ec2", DESCRIBE).send().await);
    lab.gate.found(&account()).unwrap().done();
    lab.query(&lab.as_root(), "ec2", DESCRIBE).send().await.allowed();
}

/// Who came before, and is on his way when the account is emptied, shut or closed: while it is
/// found out who he is, and while it is read what denies.
#[tokio::test]
async fn who_came_before_goes_no_further() {
    let emptied = async |lab: &Lab| lab.gate.while_emptied(&account(), async {}).await;
    let shuts = async |lab: &Lab| drop(lab.gate.found(&account()).unwrap());
    let closes = async |lab: &Lab| lab.gate.close_account(&account());
    let (answer, asked) = on_the_way(true, emptied).await;
    assert_eq!((answer.text("Code").as_str(), asked), ("InvalidAccessKeyId", false));
    for identifies in [true, false] {
        let (answer, asked) = on_the_way(identifies, shuts).await;
        shut(&answer);
        assert!(!asked);
        let (answer, asked) = on_the_way(identifies, closes).await;
        assert_eq!((answer.text("Code").as_str(), asked), ("InvalidAccessKeyId", false));
    }
}

/// What somebody is told who fetches an object, and whether the emulator is asked for it.
async fn on_the_way(identifies: bool, meanwhile: impl AsyncFn(&Lab)) -> (Answer, bool) {
    let lab = Lab::start().await;
    lab.emulator.holds(details(&[user("someone", &[("all", ALLOW_ALL)], &[])], &[], &[]));
    let someone = lab.key_of("someone").await;
    if identifies {
        lab.forgets().await;
    } else {
        lab.query(&someone, "sts", IDENTITY).send().await.allowed();
        lab.query(&someone, "ec2", DESCRIBE).send().await.allowed();
    }
    lab.emulator.fails(Some(Fault::Slowness));
    let fetches = someone.s3(lab.gate.url(), "GET", "/bucket/key", &[], "").send();
    let (answer, ()) = tokio::join!(fetches, async {
        lab.emulator.is_waited_for().await;
        meanwhile(&lab).await;
        lab.emulator.answers_at_last();
    });
    (answer, !lab.emulator.seen("GET /bucket/key").is_empty())
}
