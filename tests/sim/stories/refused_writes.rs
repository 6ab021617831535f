//! A storage that refuses a write, because the session has ended elsewhere or a newer record is there.

use std::collections::VecDeque;

use storefront_token_client::core::call::{CallResult, Command};
use storefront_token_client::core::config::{Config, Guest, Options, RefreshMode, StorageKind, Url};
use storefront_token_client::core::error::Code;
use storefront_token_client::core::event::{Event, Reason};
use storefront_token_client::core::ids::CallId;
use storefront_token_client::core::io::{Effect, Input, Loaded};
use storefront_token_client::core::members::{Members, Value};
use storefront_token_client::core::response::{Body, ExchangeResult, Response};
use storefront_token_client::core::session::Session;
use storefront_token_client::core::time::{Millis, Now, Timestamp, WallTime};

const REVOCATION: &str = "https://shop.example/revoke";

/// A client, and a storage that another client writes to as well.
struct Client {
    session: Session,
    stored: Option<Members>,
    /// What the other client does when this one stores the result of a refresh.
    meanwhile: fn(&Members) -> Option<Members>,
    refuses: bool,
    tokens: u32,
    revoked: Vec<String>,
    reasons: Vec<Reason>,
    replies: Vec<CallResult>,
}

impl Client {
    fn new(meanwhile: fn(&Members) -> Option<Members>) -> Client {
        let url = |path: &str| Url {
            href: format!("https://shop.example/{path}"),
            origin: "https://shop.example".into(),
        };
        let config = Config::new(Options {
            server: Some("oro".into()),
            client_id: Some("storefront".into()),
            guest: Guest::ByProfile,
            storage: StorageKind::Custom { has_lock: true },
            refresh: RefreshMode::OnDemand,
            revocation_endpoint: Some(url("revoke").href),
            ..Options::new(url("oauth2-token"))
        });
        Client {
            session: Session::new(config.unwrap(), 7),
            stored: None,
            meanwhile,
            refuses: false,
            tokens: 0,
            revoked: Vec::new(),
            reasons: Vec::new(),
            replies: Vec::new(),
        }
    }

    fn call(&mut self, force_refresh: bool) -> CallResult {
        let command = Command::Token { min_validity: Millis::ZERO, force_refresh };
        let mut inputs = VecDeque::from([Input::Call(CallId(1), command)]);
        while let Some(input) = inputs.pop_front() {
            // Ten seconds for each exchange, since the core spaces them out.
            let seconds = f64::from(self.tokens) * 10.0;
            let now = Now {
                mono: Timestamp::from_f64(seconds * 1000.0),
                wall: WallTime::from_f64(1.8e12 + seconds * 1000.0),
            };
            for effect in self.session.handle(now, input) {
                inputs.extend(self.perform(effect));
            }
        }
        self.replies.pop().unwrap()
    }

    fn perform(&mut self, effect: Effect) -> Option<Input> {
        match effect {
            Effect::Load(read) | Effect::Lock(read, _) => {
                Some(Input::Loaded(read, self.stored.clone().map_or(Loaded::Nothing, Loaded::Record)))
            }
            Effect::Store(write, Some(record)) => Some(self.write(write, record)),
            Effect::Store(write, None) | Effect::Forget(write, _) => {
                self.stored = None;
                Some(Input::Stored(write, true))
            }
            Effect::Send(id, request) if request.url == REVOCATION => {
                self.revoked.extend(request.parameters.text("token").map(str::to_owned));
                Some(Input::ExchangeEnded(id, ExchangeResult::NoResponse))
            }
            Effect::Send(id, _) => Some(Input::ExchangeEnded(id, self.grant())),
            Effect::Emit(Event::SessionChange { reason, .. }) => {
                self.reasons.push(reason);
                None
            }
            Effect::Reply(_, result) => {
                self.replies.push(result);
                None
            }
            _ => None,
        }
    }

    fn write(&mut self, write: storefront_token_client::core::ids::WriteId, record: Members) -> Input {
        let marks_refresh = record.number("refresh_sent_at").is_some();
        if self.refuses && !marks_refresh {
            self.stored = (self.meanwhile)(&record);
            return Input::Refused(write);
        }
        self.stored = Some(record);
        Input::Stored(write, true)
    }

    fn grant(&mut self) -> ExchangeResult {
        self.tokens += 1;
        let mut body = Members::new();
        for (name, text) in
            [("token_type", "Bearer"), ("access_token", "access"), ("refresh_token", "refresh")]
        {
            let text = if name == "token_type" { text.to_owned() } else { format!("{text}-{}", self.tokens) };
            body.push(name, Value::Text(text));
        }
        body.push("expires_in", Value::Number(3600.0));
        ExchangeResult::Response(Response::new(200, Body::Members(body)))
    }
}

#[test]
fn a_refresh_of_a_session_that_was_signed_out_meanwhile_ends_it_and_revokes_the_new_token() {
    let mut client = Client::new(|_| None);
    client.call(false).unwrap();
    client.refuses = true;
    assert_eq!(client.call(true).unwrap_err().code, Code::SignedOut);
    assert!(client.session.view().is_none());
    assert_eq!(client.revoked, ["refresh-2"]);
    assert_eq!(client.reasons, [Reason::GuestCreated, Reason::SignedOutElsewhere]);
}

#[test]
fn a_refresh_that_ends_after_another_clients_gives_that_clients_token_and_revokes_nothing() {
    let mut client = Client::new(|record| {
        let mut newer = Members::new();
        for (name, value) in record.iter() {
            match name {
                "access_token" => newer.push(name, Value::Text("faster".into())),
                "generation" => newer.push(name, Value::Number(9.0)),
                _ => newer.push(name, value.clone()),
            }
        }
        Some(newer)
    });
    client.call(false).unwrap();
    client.refuses = true;
    client.call(true).unwrap();
    assert!(client.session.view().is_some());
    assert_eq!(client.revoked, [""; 0]);
    assert_eq!(client.stored.unwrap().text("access_token"), Some("faster"));
}

#[test]
fn a_guest_whose_first_record_is_refused_is_given_to_nobody() {
    let mut client = Client::new(|_| None);
    client.refuses = true;
    assert_eq!(client.call(false).unwrap_err().code, Code::SignedOut);
    assert!(client.session.view().is_none());
    assert_eq!(client.revoked, ["refresh-1"]);
}
