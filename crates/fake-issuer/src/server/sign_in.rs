//! What the person chose on the sign-in page.

use std::sync::Arc;

use axum::extract::{RawForm, State};
use axum::response::{IntoResponse, Response};

use super::Provider;
use super::authorize::{approve, refuse};
use super::chosen_account::chosen;
use super::error_response::ErrorPage;
use super::parameters::Parameters;

/// `POST /o/oauth2/v2/auth/sign-in`: `request`, and `account`, `email` or `deny`.
pub(super) async fn answer(
    State(provider): State<Arc<Provider>>,
    RawForm(body): RawForm,
) -> Response {
    let parameters = Parameters::parse(&body);
    let ticket = parameters.get("request").unwrap_or_default();
    let waiting = provider.state().waiting.get(ticket).cloned();
    let Some(request) = waiting else {
        let detail = "This sign-in page was used already. Start again from the app.";
        return ErrorPage::invalid_request(detail).into_response();
    };
    if parameters.get("deny").is_some() {
        provider.state().waiting.remove(ticket);
        return refuse(&provider, &request, "access_denied");
    }
    let account = chosen(&parameters, &provider.state().accounts);
    match account {
        Ok(account) => {
            provider.state().waiting.remove(ticket);
            approve(&provider, &request, &account)
        }
        Err(page) => page.into_response(),
    }
}
