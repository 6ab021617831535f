//! A page of the shop, for stories: the calls of the application, and their replies.

use std::ops::{Deref, DerefMut};

use storefront_token_client::core::call::{Command, Reply, Ticket};
use storefront_token_client::core::config::StorageKind;
use storefront_token_client::core::error::{Code, Error};
use storefront_token_client::core::event::{Event, Reason, Refresh, SessionView};
use storefront_token_client::core::grant::GrantKind;
use storefront_token_client::core::ids::CallId;

use crate::calls::{sign_in, token, token_in};
use crate::dialect::Dialect;
use crate::harness::Harness;
use crate::parse::Form;
use crate::scenario::Scenario;
use crate::server::{PASSWORD, Rotation};

pub const SECOND: i64 = 1_000;
pub const MINUTE: i64 = 60 * SECOND;
pub const HOUR: i64 = 60 * MINUTE;
pub const DAY: i64 = 24 * HOUR;

/// An Oro shop, where the first call for a token makes a guest.
pub fn shop() -> Scenario {
    Scenario {
        seed: 7,
        dialect: Dialect::Oro,
        rotation: Rotation::Rotates,
        guest: true,
        on_demand: false,
        lead_secs: None,
        refresh_expires_in: None,
        timeout: 15 * SECOND,
        revokes: false,
        disk_delay: 0,
        shares: false,
        locks: true,
        storage: StorageKind::Page,
        steps: Vec::new(),
        leases: false,
    }
}

/// A shop without guests, on a plain RFC 6749 server.
pub fn plain_shop() -> Scenario {
    Scenario { dialect: Dialect::OAuth2, guest: false, ..shop() }
}

pub struct Page {
    harness: Harness,
    timeout: i64,
}

impl Page {
    pub fn of(shop: Scenario) -> Page {
        let mut harness = Harness::of(&shop);
        harness.trace = Some(String::new());
        Page { harness, timeout: shop.timeout }
    }

    /// Makes a call, and does not wait for its reply.
    pub fn begin(&mut self, command: Command) -> CallId {
        self.harness.call(command, self.timeout)
    }

    /// Makes a call, and waits for its reply.
    pub fn get(&mut self, command: Command) -> Result<Reply, Error> {
        let call = self.begin(command);
        while self.is_waiting(call) {
            self.pass(50);
        }
        self.reply(call).expect("a call that does not wait has a reply")
    }

    pub fn is_exchanging(&self) -> bool {
        self.harness.invariants.is_exchanging()
    }

    pub fn reply(&self, call: CallId) -> Option<Result<Reply, Error>> {
        self.harness.reply_to(call).cloned()
    }

    pub fn code(&self, call: CallId) -> Option<Code> {
        Some(self.reply(call)?.err()?.code)
    }

    pub fn token(&mut self) -> String {
        self.token_and_ticket().0
    }

    pub fn token_and_ticket(&mut self) -> (String, Ticket) {
        token_in(self.get(token()).expect("there should be a token"))
    }

    pub fn token_error(&mut self) -> Error {
        self.get(token()).expect_err("there should be no token")
    }

    pub fn sign_in(&mut self) -> Result<Reply, Error> {
        self.get(sign_in(PASSWORD))
    }

    pub fn sign_out(&mut self) {
        self.get(Command::SignOut).expect("a sign-out should succeed");
    }

    pub fn view(&self) -> Option<SessionView> {
        self.harness.session.view()
    }

    /// The detail of the error with which the server's rejection of the refresh token was reported.
    pub fn rejection_detail(&self) -> Option<String> {
        self.events.iter().find_map(|event| match event {
            Event::SessionChange { reason: Reason::RefreshRejected, error, .. } => {
                error.clone()?.detail.clone()
            }
            Event::SessionChange { .. } | Event::TokenRefresh(_) => None,
        })
    }

    pub fn reasons(&self) -> Vec<Reason> {
        let reason = |event: &Event| match event {
            Event::SessionChange { reason, .. } => Some(*reason),
            Event::TokenRefresh(_) => None,
        };
        self.harness.events.iter().filter_map(reason).collect()
    }

    pub fn refreshes(&self) -> Vec<Refresh> {
        let refresh = |event: &Event| match event {
            Event::TokenRefresh(refresh) => Some(refresh.clone()),
            Event::SessionChange { .. } => None,
        };
        self.harness.events.iter().filter_map(refresh).collect()
    }

    /// The kinds of the requests that were sent.
    pub fn grants(&self) -> Vec<GrantKind> {
        self.harness.requests.iter().map(Form::kind).collect()
    }

    pub fn stored(&self, name: &str) -> Option<&str> {
        self.harness.disk.record()?.text(name)
    }
}

impl Deref for Page {
    type Target = Harness;

    fn deref(&self) -> &Harness {
        &self.harness
    }
}

impl DerefMut for Page {
    fn deref_mut(&mut self) -> &mut Harness {
        &mut self.harness
    }
}

/// Every story keeps the invariants.
impl Drop for Page {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            assert!(self.harness.invariants.broken.is_none(), "{:?}", self.harness.invariants.broken);
        }
    }
}
