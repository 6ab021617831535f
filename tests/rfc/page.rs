//! A page with a session, its storage, and a function as its server.

use std::collections::VecDeque;

use storefront_token_client::core::call::{Command, Reply};
use storefront_token_client::core::config::{Config, Options};
use storefront_token_client::core::error::Error;
use storefront_token_client::core::event::{Event, Reason};
use storefront_token_client::core::grant::Request;
use storefront_token_client::core::ids::CallId;
use storefront_token_client::core::io::{Effect, Input, Loaded};
use storefront_token_client::core::members::{Members, Value};
use storefront_token_client::core::response::{Body, ExchangeResult, Response};
use storefront_token_client::core::session::Session;
use storefront_token_client::core::time::{Millis, Now, Timestamp, WallTime};
use storefront_token_client::core::token::{ClientSecret, Credentials};

use crate::requests::url;
use crate::verdicts::{json, text};

pub const NEWER: Command = Command::Token { min_validity: Millis::ZERO, force_refresh: true };

/// A page and its storage. A function is the server.
pub struct Page {
    session: Session,
    pub seconds: f64,
    stored: Option<Members>,
    pub requests: Vec<Request>,
    pub reasons: Vec<Reason>,
    calls: u32,
}

impl Page {
    /// A page whose user has signed in through a client with the secret `secret`.
    pub fn signed_in(server: &str) -> Page {
        let mut page = Page::open(server, "secret", None, 1_000_000.0);
        let credentials = Credentials::new("ada", "password");
        assert!(page.get(Command::SignIn(credentials), &mut |_| tokens()).is_ok());
        page
    }

    pub fn open(server: &str, secret: &str, stored: Option<Members>, seconds: f64) -> Page {
        let mut options = Options::new(url("https://shop.example/token"));
        options.server = Some(server.to_owned());
        options.client_id = Some(String::from("shop"));
        options.client_secret = Some(ClientSecret::new(secret));
        let session = Session::new(Config::new(options).unwrap(), 7);
        Page { session, seconds, stored, requests: Vec::new(), reasons: Vec::new(), calls: 0 }
    }

    /// The next page of the same tab, whose client has this secret.
    pub fn next(&self, server: &str, secret: &str) -> Page {
        Page::open(server, secret, self.stored.clone(), self.seconds + 1.0)
    }

    /// Makes a call and lets time pass until it has a reply.
    pub fn get(
        &mut self,
        command: Command,
        server: &mut dyn FnMut(usize) -> ExchangeResult,
    ) -> Result<Reply, Error> {
        self.calls += 1;
        let mut inputs = VecDeque::from([Input::Call(CallId(self.calls), command)]);
        let mut result = None;
        // What comes with the reply is still carried out: a refresh in the background may begin.
        while result.is_none() || !inputs.is_empty() {
            let input = inputs.pop_front().unwrap_or_else(|| {
                self.seconds += 0.5;
                Input::Wake
            });
            let millis = self.seconds * 1000.0;
            let now = Now { mono: Timestamp::from_f64(millis), wall: WallTime::from_f64(millis) };
            for effect in self.session.handle(now, input) {
                match effect {
                    Effect::Reply(_, reply) => result = Some(reply),
                    effect => inputs.extend(self.perform(effect, server)),
                }
            }
        }
        result.unwrap()
    }

    fn perform(&mut self, effect: Effect, server: &mut dyn FnMut(usize) -> ExchangeResult) -> Option<Input> {
        match effect {
            Effect::Load(read) | Effect::Lock(read, _) => {
                let record = self.stored.clone().map_or(Loaded::Nothing, Loaded::Record);
                Some(Input::Loaded(read, record))
            }
            Effect::Store(write, record) => {
                self.stored = record;
                Some(Input::Stored(write, true))
            }
            Effect::Forget(write, _) => {
                self.stored = None;
                Some(Input::Stored(write, true))
            }
            Effect::Send(id, request) => {
                self.requests.push(*request);
                Some(Input::ExchangeEnded(id, server(self.requests.len())))
            }
            Effect::Emit(Event::SessionChange { reason, .. }) => {
                self.reasons.push(reason);
                None
            }
            _ => None,
        }
    }

    pub fn id(&self) -> Option<&str> {
        self.stored.as_ref()?.text("id")
    }
}

pub fn tokens() -> ExchangeResult {
    json(
        200,
        &[
            ("access_token", text("a")),
            ("token_type", text("Bearer")),
            ("refresh_token", text("refresh-token-1")),
            ("expires_in", Value::Number(3600.0)),
        ],
    )
}

pub fn error(status: u16, error: &str) -> ExchangeResult {
    json(status, &[("error", text(error))])
}

pub fn plain(status: u16, body: &str) -> ExchangeResult {
    let content_type = String::from(if body.is_empty() { "" } else { "text/html" });
    ExchangeResult::Response(Response { content_type, ..Response::new(status, Body::Text(body.to_owned())) })
}
