//! Device codes (RFC 8628) and what the person said to each.

use std::collections::HashMap;

use crate::{Account, random};

/// A device code lives half an hour, as Google's does.
pub(crate) const DEVICE_SECONDS: i64 = 1800;

#[derive(Debug)]
struct Device {
    client_id: String,
    scopes: Vec<String>,
    user_code: String,
    expires_at: i64,
    last_poll_milliseconds: Option<i64>,
    answer: Answer,
}

#[derive(Debug)]
enum Answer {
    Waiting,
    Denied,
    Approved(Box<Account>),
    Collected,
}

/// What a poll of the token endpoint finds.
#[derive(Debug)]
pub(crate) enum Poll {
    /// The code was never given to this client, or its token was collected.
    Unknown,
    /// Nobody has answered yet.
    Pending,
    /// Nobody has answered yet, and the client asks too often.
    TooFast,
    /// Too late.
    Expired,
    /// The person said no.
    Denied,
    /// The person said yes; this is who, and the scopes asked for.
    Approved(Box<Account>, Vec<String>),
}

#[derive(Debug, Default)]
pub(crate) struct DeviceGrants(HashMap<String, Device>);

impl DeviceGrants {
    /// A new device code and its user code.
    pub(crate) fn issue(
        &mut self,
        client_id: &str,
        scopes: Vec<String>,
        now: i64,
    ) -> (String, String) {
        let (device_code, user_code) = (random::token("AH-1"), random::user_code());
        let device = Device {
            client_id: client_id.to_owned(),
            scopes,
            user_code: user_code.clone(),
            expires_at: now + DEVICE_SECONDS,
            last_poll_milliseconds: None,
            answer: Answer::Waiting,
        };
        self.0.insert(device_code.clone(), device);
        (device_code, user_code)
    }

    /// The client that a person typing `user_code` would let in. Case, spaces
    /// and the hyphen do not matter (RFC 8628 §6.1).
    pub(crate) fn client_of(&mut self, user_code: &str, now: i64) -> Option<&str> {
        self.waiting(user_code, now).map(|device| device.client_id.as_str())
    }

    /// The person's answer: an account, or `None` for no. `false` if no such
    /// code waits.
    pub(crate) fn answer(&mut self, user_code: &str, account: Option<Account>, now: i64) -> bool {
        let Some(device) = self.waiting(user_code, now) else { return false };
        device.answer =
            account.map_or(Answer::Denied, |account| Answer::Approved(Box::new(account)));
        true
    }

    pub(crate) fn poll(
        &mut self,
        device_code: &str,
        client_id: &str,
        interval_seconds: u32,
        now_milliseconds: i64,
    ) -> Poll {
        let Some(device) = self.0.get_mut(device_code) else { return Poll::Unknown };
        if device.client_id != client_id {
            return Poll::Unknown;
        }
        let since = device.last_poll_milliseconds.replace(now_milliseconds);
        let early =
            since.is_some_and(|last| now_milliseconds - last < i64::from(interval_seconds) * 1000);
        let expired = now_milliseconds >= device.expires_at * 1000;
        match std::mem::replace(&mut device.answer, Answer::Collected) {
            Answer::Collected => Poll::Unknown,
            _ if expired => {
                device.answer = Answer::Waiting;
                Poll::Expired
            }
            Answer::Waiting => {
                device.answer = Answer::Waiting;
                if early { Poll::TooFast } else { Poll::Pending }
            }
            Answer::Denied => {
                device.answer = Answer::Denied;
                Poll::Denied
            }
            Answer::Approved(account) => Poll::Approved(account, device.scopes.clone()),
        }
    }

    fn waiting(&mut self, user_code: &str, now: i64) -> Option<&mut Device> {
        let plain = |code: &str| -> String {
            code.chars().filter(char::is_ascii_alphabetic).collect::<String>().to_uppercase()
        };
        let wanted = plain(user_code);
        self.0.values_mut().find(|device| {
            plain(&device.user_code) == wanted
                && matches!(device.answer, Answer::Waiting)
                && now < device.expires_at
        })
    }
}
