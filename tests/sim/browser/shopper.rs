//! The actions and the checks of stories on a browser.

use storefront_token_client::core::call::{Command, Reply};
use storefront_token_client::core::error::{Code, Error};
use storefront_token_client::core::event::{Event, Reason, Refresh};
use storefront_token_client::core::grant::GrantKind;
use storefront_token_client::core::ids::CallId;

use crate::browser::Browser;
use crate::calls::{sign_in, token, token_in};
use crate::page::shop;
use crate::scenario::Scenario;
use crate::server::{ExpiresIn, PASSWORD};

/// A shop whose pages send each other messages.
pub fn shop_with_peers() -> Scenario {
    Scenario { shares: true, ..shop() }
}

/// A guest's tab, with duplicates of it: `count` tabs in all.
pub fn duplicated_tabs(shop: Scenario, count: usize) -> Browser {
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
    /// From now on every page gets each lock at once, also if another page has it.
    pub fn void_locks(&mut self) {
        self.locks = None;
    }

    pub fn expires_in(&mut self, secs: u32) {
        self.server.expires_in = ExpiresIn::secs(secs);
    }

    /// Makes a call, and does not wait for its reply.
    pub fn begin(&mut self, tab: usize, command: Command) -> CallId {
        self.call(self.page_of(tab), command)
    }

    pub fn reply(&self, tab: usize, call: CallId) -> Option<Result<Reply, Error>> {
        self.shown(tab).reply(call).cloned()
    }

    /// Makes a call, and waits for its reply.
    pub fn get(&mut self, tab: usize, command: Command) -> Result<Reply, Error> {
        let call = self.begin(tab, command);
        while self.reply(tab, call).is_none() {
            self.pass(5);
        }
        self.reply(tab, call).unwrap()
    }

    pub fn token(&mut self, tab: usize) -> String {
        token_in(self.get(tab, token()).expect("there should be a token")).0
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

    /// The pages that have sent a request of this kind.
    pub fn senders(&self, kind: GrantKind) -> Vec<usize> {
        self.requests.iter().filter(|(_, form)| form.kind() == kind).map(|(page, _)| *page).collect()
    }

    pub fn refreshes(&self) -> usize {
        self.senders(GrantKind::Refresh).len()
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

    /// The error with which the last session ended here.
    pub fn last_error(&self, tab: usize) -> Option<Error> {
        self.shown(tab).events.iter().rev().find_map(|event| match event {
            Event::SessionChange { error, .. } => error.clone(),
            Event::TokenRefresh(_) => None,
        })
    }

    pub fn received(&self, tab: usize) -> usize {
        let received = |event: &&Event| **event == Event::TokenRefresh(Refresh::Received);
        self.shown(tab).events.iter().filter(received).count()
    }

    pub fn stored(&self, tab: usize, name: &str) -> Option<&str> {
        self.disks[self.tabs[tab].disk].record()?.text(name)
    }
}

/// Every story keeps the invariants.
impl Drop for Browser {
    fn drop(&mut self) {
        if !std::thread::panicking() && self.asserts_invariants {
            assert!(self.invariants.broken.is_none(), "{:?}", self.invariants.broken);
        }
    }
}
