//! A page of the shop, for stories: what the application asks, and what it gets.

use std::ops::{Deref, DerefMut};

use storefront_token_client::core::call::{Command, Reply, Ticket};
use storefront_token_client::core::config::StorageKind;
use storefront_token_client::core::error::{Code, Error};
use storefront_token_client::core::event::{Event, Reason, Refresh, SessionView};
use storefront_token_client::core::ids::CallId;
use storefront_token_client::core::time::Millis;
use storefront_token_client::core::token::Credentials;

use crate::disk::Disk;
use crate::life::Life;
use crate::model::Asked;
use crate::server::{Dialect, PASSWORD, Rotation, Server, USERS};
use crate::world::World;

pub const SECOND: i64 = 1_000;
pub const MINUTE: i64 = 60 * SECOND;
pub const HOUR: i64 = 60 * MINUTE;
pub const DAY: i64 = 24 * HOUR;

/// An Oro shop, whose guests get a session when a token is first asked for.
pub fn shop() -> Life {
    Life {
        seed: 7,
        dialect: Dialect::Oro,
        rotation: Rotation::Rotates,
        guest: true,
        on_demand: false,
        lead_secs: None,
        timeout: 15 * SECOND,
        revokes: false,
        disk_delay: 0,
        shares: false,
        storage: StorageKind::Page,
        steps: Vec::new(),
    }
}

/// A shop without guests, on a plain RFC 6749 server.
pub fn plain_shop() -> Life {
    Life { dialect: Dialect::OAuth2, guest: false, ..shop() }
}

pub struct Page {
    world: World,
    timeout: i64,
}

impl Page {
    pub fn of(shop: Life) -> Page {
        let server = Server::new(shop.dialect, shop.rotation);
        let mut world = World::new(shop.config(), server, Disk::new(shop.disk_delay), shop.seed);
        world.laws.on_demand = shop.on_demand;
        world.laws.shares = shop.shares;
        world.trace = Some(String::new());
        Page { world, timeout: shop.timeout }
    }

    /// Asks, and goes on.
    pub fn ask(&mut self, ask: Command) -> CallId {
        self.world.call(ask, self.timeout)
    }

    /// Asks, and waits for the answer.
    pub fn get(&mut self, ask: Command) -> Result<Reply, Error> {
        let call = self.ask(ask);
        while self.is_waiting(call) {
            self.pass(50);
        }
        self.answer(call).expect("a call that does not wait is answered")
    }

    pub fn is_exchanging(&self) -> bool {
        self.world.laws.is_exchanging()
    }

    pub fn answer(&self, call: CallId) -> Option<Result<Reply, Error>> {
        self.world.reply_to(call).cloned()
    }

    pub fn code(&self, call: CallId) -> Option<Code> {
        Some(self.answer(call)?.err()?.code)
    }

    pub fn token(&mut self) -> String {
        self.token_and_ticket().0
    }

    pub fn token_and_ticket(&mut self) -> (String, Ticket) {
        given(self.get(token()).expect("there should be a token"))
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
        self.world.session.view()
    }

    pub fn reasons(&self) -> Vec<Reason> {
        let reason = |event: &Event| match event {
            Event::SessionChange { reason, .. } => Some(*reason),
            Event::TokenRefresh(_) => None,
        };
        self.world.events.iter().filter_map(reason).collect()
    }

    pub fn refreshes(&self) -> Vec<Refresh> {
        let refresh = |event: &Event| match event {
            Event::TokenRefresh(refresh) => Some(refresh.clone()),
            Event::SessionChange { .. } => None,
        };
        self.world.events.iter().filter_map(refresh).collect()
    }

    /// What was asked of the server so far.
    pub fn asked(&self) -> Vec<Asked> {
        self.world.requests.iter().map(Asked::of).collect()
    }

    pub fn stored(&self, name: &str) -> Option<&str> {
        self.world.disk.record()?.text(name)
    }
}

impl Deref for Page {
    type Target = World;

    fn deref(&self) -> &World {
        &self.world
    }
}

impl DerefMut for Page {
    fn deref_mut(&mut self) -> &mut World {
        &mut self.world
    }
}

/// Every story keeps the laws, too.
impl Drop for Page {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            assert!(self.world.laws.broken.is_none(), "{:?}", self.world.laws.broken);
        }
    }
}

pub fn token() -> Command {
    Command::Token { min_validity: Millis::ZERO, force_refresh: false }
}

pub fn forced() -> Command {
    Command::Token { min_validity: Millis::ZERO, force_refresh: true }
}

pub fn sign_in(password: &str) -> Command {
    Command::SignIn(Credentials::new(USERS[0], password))
}

pub fn given(reply: Reply) -> (String, Ticket) {
    match reply {
        Reply::Token(token, ticket) => (token.expose().to_owned(), ticket),
        other => panic!("not a token: {other:?}"),
    }
}
