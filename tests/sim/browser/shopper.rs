//! What stories do with a browser, and ask of it.

use storefront_token_client::core::call::{Command, Reply};
use storefront_token_client::core::error::{Code, Error};
use storefront_token_client::core::event::{Event, Reason, Refresh};
use storefront_token_client::core::ids::CallId;

use crate::browser::Browser;
use crate::life::Life;
use crate::model::Asked;
use crate::page::{given, shop, sign_in, token};
use crate::server::{Life as TokenLife, PASSWORD};

/// A shop whose pages speak to each other.
pub fn shared_shop() -> Life {
    Life { shares: true, ..shop() }
}

/// As many tabs of one lineage, and a visitor.
pub fn lineage(shop: Life, count: usize) -> Browser {
    let mut browser = Browser::of(shop);
    browser.open();
    browser.token(0);
    for _ in 1..count {
        browser.duplicate(0);
    }
    for tab in 1..count {
        browser.token(tab);
    }
    browser
}

impl Browser {
    pub fn lives(&mut self, secs: u32) {
        self.server.life = TokenLife::secs(secs);
    }

    /// Asks, and goes on.
    pub fn begin(&mut self, tab: usize, ask: Command) -> CallId {
        self.call(self.page_of(tab), ask)
    }

    pub fn answer(&self, tab: usize, call: CallId) -> Option<Result<Reply, Error>> {
        self.shown(tab).answer(call).cloned()
    }

    /// Asks, and waits for the answer.
    pub fn get(&mut self, tab: usize, ask: Command) -> Result<Reply, Error> {
        let call = self.begin(tab, ask);
        while self.answer(tab, call).is_none() {
            self.pass(5);
        }
        self.answer(tab, call).unwrap()
    }

    pub fn token(&mut self, tab: usize) -> String {
        given(self.get(tab, token()).expect("there should be a token")).0
    }

    pub fn token_error(&mut self, tab: usize) -> Code {
        self.get(tab, token()).expect_err("there should be no token").code
    }

    pub fn sign_in(&mut self, tab: usize) {
        self.get(tab, sign_in(PASSWORD)).expect("a sign-in should succeed");
    }

    pub fn sign_out(&mut self, tab: usize) {
        self.get(tab, Command::SignOut).expect("a sign-out should succeed");
    }

    pub fn id(&self, tab: usize) -> Option<String> {
        self.shown(tab).session.view().map(|view| view.id().to_text())
    }

    /// Who asked the server for what.
    pub fn asked(&self, what: Asked) -> Vec<usize> {
        self.requests.iter().filter(|(_, form)| Asked::of(form) == what).map(|(page, _)| *page).collect()
    }

    pub fn refreshes(&self) -> usize {
        self.asked(Asked::Refresh).len()
    }

    pub fn reasons(&self, tab: usize) -> Vec<Reason> {
        let reason = |event: &Event| match event {
            Event::SessionChange { reason, .. } => Some(*reason),
            Event::TokenRefresh(_) => None,
        };
        self.shown(tab).events.iter().filter_map(reason).collect()
    }

    pub fn last_reason(&self, tab: usize) -> Option<Reason> {
        self.reasons(tab).pop()
    }

    /// What the server had said when a session ended here.
    pub fn ended_by(&self, tab: usize) -> Option<Error> {
        self.shown(tab).events.iter().rev().find_map(|event| match event {
            Event::SessionChange { error, .. } => error.clone(),
            Event::TokenRefresh(_) => None,
        })
    }

    pub fn adopted(&self, tab: usize) -> usize {
        let adopted = |event: &&Event| **event == Event::TokenRefresh(Refresh::Adopted);
        self.shown(tab).events.iter().filter(adopted).count()
    }

    pub fn stored(&self, tab: usize, name: &str) -> Option<&str> {
        self.disks[self.tabs[tab].disk].record()?.text(name)
    }
}

/// Every story keeps the laws, too.
impl Drop for Browser {
    fn drop(&mut self) {
        if !std::thread::panicking() && self.tells_broken_laws {
            assert!(self.laws.broken.is_none(), "{:?}", self.laws.broken);
        }
    }
}
