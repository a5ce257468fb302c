//! The device flow, with Google's field names.

use std::collections::VecDeque;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use fake_issuer::{ActiveFault, Fault};
use fed_types::UnixTime;
use oidc_client::{Clock, DeviceSource, Surroundings, TokenSource};

use crate::fixture::{Act, CLIENT, DEVICE_CLIENT, Fixture, Person, TIMEOUT, TestClock, ada};

/// What the person does with the code on the other machine.
#[derive(Clone, Copy)]
enum Elsewhere {
    Approve,
    Deny,
    Nothing,
}

async fn flow(
    fixture: &Fixture,
    client_id: &str,
    elsewhere: Elsewhere,
    login_timeout: Duration,
) -> Result<String, String> {
    let (browser, address) = (fixture.browser.clone(), format!("{}/device", fixture.issuer.url()));
    let person = Person::new(move |act| {
        let Act::EnterCode(user_code) = act else { return Err(io::ErrorKind::Unsupported.into()) };
        let answer = match elsewhere {
            Elsewhere::Approve => ("account", "ada@example.com"),
            Elsewhere::Deny => ("deny", "1"),
            Elsewhere::Nothing => return Ok(String::new()),
        };
        let form = [("user_code", user_code.as_str()), answer];
        let post = browser.post(&address).form(&form).send();
        tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(post)).unwrap();
        Ok(String::new())
    });
    let source = TokenSource::Device(DeviceSource {
        relying_party: Arc::new(fixture.party_with(client_id, fixture.rules()).await),
        options: ada(),
        login_timeout,
    });
    let clock: &TestClock = &fixture.clock;
    let surroundings = Surroundings { http: &fixture.http, clock, interaction: person.as_ref() };
    let obtained = source.obtain(surroundings).await.map_err(|error| error.to_string())?;
    Ok(obtained.claims().text("email").unwrap().to_owned())
}

const LONG: Duration = Duration::from_secs(3600);

#[tokio::test(flavor = "multi_thread")]
async fn a_code_entered_elsewhere_signs_in() {
    let fixture = Fixture::start().await;
    assert_eq!(
        flow(&fixture, DEVICE_CLIENT, Elsewhere::Approve, LONG).await,
        Ok("ada@example.com".to_owned())
    );
    assert_eq!(fixture.issuer.mistakes(None), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_not_entered_runs_out_without_polling_too_fast() {
    let fixture = Fixture::start().await;
    for login_timeout in [LONG, TIMEOUT] {
        assert_eq!(
            flow(&fixture, DEVICE_CLIENT, Elsewhere::Nothing, login_timeout).await,
            Err("nobody entered the code in time".to_owned())
        );
    }
    assert_eq!(fixture.issuer.mistakes(None), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_are_said_in_the_issuers_words() {
    let fixture = Fixture::start().await;
    let denied = flow(&fixture, DEVICE_CLIENT, Elsewhere::Deny, LONG).await.unwrap_err();
    assert!(denied.starts_with("the issuer refused the sign-in: `access_denied`"), "{denied}");
    assert_eq!(
        flow(&fixture, CLIENT, Elsewhere::Nothing, LONG).await,
        Err("the token endpoint refused: `invalid_client` (Only clients of type 'TVs and Limited Input devices' can use the device flow.)".to_owned())
    );
}

/// What the issuer does wrongly at one poll after another, and the pauses between them.
struct Script<'a> {
    fixture: &'a Fixture,
    faults: Mutex<VecDeque<Fault>>,
    pauses: Mutex<Vec<u64>>,
}

impl Script<'_> {
    fn go_on(&self) {
        if let Some(fault) = self.faults.lock().unwrap().pop_front() {
            self.fixture.issuer.add_fault(ActiveFault { fault, times: Some(1), client_id: None });
        }
    }
}

impl Clock for Script<'_> {
    fn now(&self) -> UnixTime {
        self.fixture.clock.now()
    }

    fn wait(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        self.pauses.lock().unwrap().push(duration.as_secs());
        self.go_on();
        self.fixture.clock.wait(duration)
    }
}

/// How polling ends that nobody enters the code for, and the pauses in seconds.
async fn polled(faults: impl IntoIterator<Item = Fault>) -> (String, Vec<u64>) {
    let fixture = Fixture::start().await;
    let party = fixture.party_with(DEVICE_CLIENT, fixture.rules()).await;
    let faults = Mutex::new(faults.into_iter().collect());
    let script = Script { fixture: &fixture, faults, pauses: Mutex::default() };
    let device = party.begin_device_flow(&ada(), &script).await.unwrap();
    script.go_on();
    let outcome = party.finish_device_flow(&device, Duration::from_secs(200), &script).await;
    (outcome.unwrap_err().to_string(), script.pauses.into_inner().unwrap())
}

fn answer(status: u16, body: &str) -> Fault {
    Fault::TokenAnswer { status, body: body.to_owned() }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_issuer_that_is_gone_is_not_taken_for_a_person_who_is() {
    let gone = || Fault::TokenFailing { status: 503 };
    let (told, pauses) = polled(std::iter::repeat_with(gone).take(9)).await;
    assert!(told.ends_with("/token` answered with status 503, expected 200"), "{told}");
    assert_eq!(pauses, [10, 20, 30, 30, 30, 30, 30, 30]);
    // Whoever answers again in time is asked on.
    let (told, _) = polled([gone(), gone()]).await;
    assert_eq!(told, "nobody entered the code in time");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pace_that_the_issuer_asked_for_is_kept_when_it_is_gone_for_a_moment() {
    let slower = || answer(400, r#"{"error":"slow_down"}"#);
    let gone = || Fault::TokenFailing { status: 503 };
    let (_, pauses) = polled([slower(), slower(), gone(), slower(), gone()]).await;
    assert_eq!(pauses[..6], [10, 15, 30, 35, 35, 35]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_will_not_change_ends_the_polling() {
    for (fault, told) in [
        (answer(403, "<html>blocked</html>"), "answered with status 403 and HTML, expected a JSON"),
        (answer(400, r#"{"error":"expired_token"}"#), "nobody entered the code in time"),
        (answer(400, r#"{"error":"access_denied"}"#), "refused the sign-in: `access_denied`"),
        (answer(400, r#"{"error":"invalid_grant"}"#), "refused: `invalid_grant`"),
        (answer(200, r#"{"token_type":"Bearer"}"#), "JSON without them"),
    ] {
        let (found, pauses) = polled([fault]).await;
        assert!(found.contains(told), "{found}");
        assert_eq!(pauses, [0; 0], "{found}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_errors_code_is_read_though_it_holds_the_secret() {
    let fixture = Fixture::start().await;
    let party = fixture.discover(CLIENT, "client", fixture.rules()).await.unwrap();
    let error = fixture.refused(&party).await;
    let told = error.to_string();
    assert!(told.starts_with("the token endpoint refused: `invalid_client`"), "{told}");
    assert!(error.is_misconfiguration());
}
