//! The device flow, with Google's field names.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use oidc_client::{DeviceSource, Surroundings, TokenSource};

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
