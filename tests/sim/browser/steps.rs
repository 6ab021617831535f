//! The steps of a random world, and how a browser performs them.

use storefront_token_client::core::call::Command;
use storefront_token_client::core::config::StorageKind;
use storefront_token_client::core::io::Input;
use storefront_token_client::core::record::Subject;
use storefront_token_client::core::token::Credentials;

use crate::browser::{Browser, Task};
use crate::calls::{adopt, newer_token, ticket_of, token};
use crate::dialect::Dialect;
use crate::disk::Content;
use crate::foreign::{foreign_messages, hostile_messages};
use crate::rng::Rng;
use crate::server::{Conduct, ExpiresIn, PASSWORD, USERS};
use crate::timers::Timers;

const MOST_TABS: usize = 6;

/// `tab` is taken modulo the number of open tabs.
#[derive(Clone, Debug)]
pub enum Step {
    GetToken { tab: usize, force: bool },
    Replace { tab: usize },
    SignIn { tab: usize, user: usize, right: bool },
    Adopt { tab: usize, age: i64, again: bool },
    SignInAsGuest { tab: usize },
    SignOut { tab: usize },
    Pass(i64),
    Sleep(i64),
    SetClock(i64),
    Open,
    Duplicate { tab: usize },
    OpenBeside { tab: usize },
    Close { tab: usize, lands: bool },
    Reload { tab: usize, lands: bool },
    Discard { tab: usize },
    Crash { loses_writes: bool },
    Block { tab: usize, span: i64 },
    Freeze { tab: usize },
    Stop { tab: usize },
    Thaw { tab: usize, timers_first: bool },
    Navigate { tab: usize, aborts: bool },
    Back { tab: usize },
    Forward { tab: usize },
    Prerender { tab: usize },
    CallPrerendered { tab: usize, command: Command },
    Activate { tab: usize },
    Timers { tab: usize, timers: Timers },
    Serve(Conduct),
    ExpiresIn(u32),
    Latency(i64),
    EndAll,
    Offline(bool),
    HostileMessages { tab: usize },
    Clear { tab: usize },
    ClearSite,
    HangLock { tab: usize },
}

/// A random step, with times that fit this lifetime of tokens.
pub fn step(rng: &mut Rng, lifetime: i64) -> Step {
    let tab = rng.below(MOST_TABS as u64) as usize;
    match rng.below(58) {
        0..=9 => Step::GetToken { tab, force: rng.one_in(4) },
        10 => Step::Replace { tab },
        11 => Step::SignIn { tab, user: rng.below(2) as usize, right: !rng.one_in(3) },
        12 => rng.pick(&[Step::SignInAsGuest { tab }, Step::SignOut { tab }]),
        13 => Step::SignOut { tab },
        14..=20 => Step::Pass(span(rng, lifetime)),
        21 => Step::Sleep(span(rng, lifetime)),
        22 => rng.pick(&[
            Step::SetClock(-2_000),
            Step::SetClock(-20_000),
            Step::SetClock(-4_000_000),
            Step::SetClock(86_400_000),
            Step::Open,
        ]),
        23..=24 => Step::Open,
        25..=27 => Step::Duplicate { tab },
        28 => rng.pick(&[Step::OpenBeside { tab }, Step::Duplicate { tab }]),
        29 => Step::Close { tab, lands: rng.one_in(2) },
        30..=31 => Step::Reload { tab, lands: !rng.one_in(3) },
        32 => rng.pick(&[Step::Freeze { tab }, Step::Stop { tab }]),
        33..=34 => Step::Thaw { tab, timers_first: rng.one_in(2) },
        35..=36 => Step::Navigate { tab, aborts: rng.one_in(2) },
        37..=38 => Step::Back { tab },
        39 => Step::Forward { tab },
        40 => {
            let timers =
                rng.pick(&[Timers::OnTime, Timers::Late(1_000), Timers::Late(60_000), Timers::Never]);
            Step::Timers { tab, timers }
        }
        41..=42 => Step::Serve(conduct(rng)),
        43 => Step::Latency(rng.pick(&[0, 20, 100, 300, 3_000, 20_000, 60_000])),
        44 => rng.pick(&[Step::Offline(true), Step::Offline(false), Step::Offline(false)]),
        45 => Step::HostileMessages { tab },
        46 => rng.pick(&[Step::EndAll, Step::ExpiresIn(5), Step::ExpiresIn(3_600), Step::Pass(10)]),
        47 => rng.pick(&[
            Step::Clear { tab },
            Step::HangLock { tab },
            Step::ClearSite,
            Step::Pass(40),
            Step::Pass(120),
            Step::Adopt { tab, age: 0, again: false },
            Step::Adopt { tab, age: 2 * lifetime, again: false },
            Step::Adopt { tab, age: lifetime / 2, again: true },
            Step::Adopt { tab, age: 2 * lifetime, again: true },
        ]),
        48..=49 => Step::Prerender { tab },
        50..=51 => Step::CallPrerendered { tab, command: prerendered_command(rng) },
        52..=53 => Step::Activate { tab },
        54 => Step::Discard { tab },
        55 => rng.pick(&[
            Step::Crash { loses_writes: true },
            Step::Crash { loses_writes: false },
            Step::Discard { tab },
        ]),
        _ => Step::Block { tab, span: rng.pick(&[30, 200, 1_000, 4_000]) },
    }
}

/// What a page may call before the shopper sees it.
fn prerendered_command(rng: &mut Rng) -> Command {
    let right = Command::SignIn(Credentials::new(USERS[0], PASSWORD));
    rng.pick(&[
        token(),
        token(),
        newer_token(),
        Command::Session,
        Command::SignInAsGuest,
        Command::SignOut,
        right,
    ])
}

/// From a part of an exchange to a few lifetimes.
fn span(rng: &mut Rng, lifetime: i64) -> i64 {
    let scale = rng.pick(&[10, 100, 1_000, 10_000, lifetime, lifetime, 3 * lifetime]);
    1 + rng.below(scale as u64) as i64
}

/// Failures that prove nothing about the refresh token.
fn conduct(rng: &mut Rng) -> Conduct {
    use Conduct::{CutsTheResponse, DropsAfter, DropsBefore, Fails, Hangs, Html, Serves, TooMany};
    rng.pick(&[
        Serves,
        Serves,
        Serves,
        DropsBefore,
        DropsAfter,
        CutsTheResponse,
        Hangs { served: false },
        Hangs { served: true },
        TooMany { retry_after: Some(3) },
        Fails(503),
        Html(401),
    ])
}

impl Browser {
    fn adopt(&mut self, tab: usize, age: i64, again: bool) {
        // At the other dialects a refusal proves nothing about adopted tokens.
        if !matches!(self.server.dialect, Dialect::OAuth2 | Dialect::Oro) {
            return;
        }
        let last = self.last_adoption.take().filter(|_| again);
        let adoption = last.unwrap_or_else(|| {
            let tokens = self.server.grant_to_another_client(USERS[0], self.clock.real - age);
            adopt(&tokens, Subject::User, self.clock.wall - age)
        });
        self.last_adoption = Some(adoption.clone());
        self.call_in(tab, adoption);
    }

    pub(in crate::browser) fn perform(&mut self, step: &Step) {
        let count = self.tabs.len();
        let at = |tab: &usize| tab % count;
        match step {
            Step::GetToken { tab, force } => {
                self.call_in(at(tab), if *force { newer_token() } else { token() })
            }
            Step::Replace { tab } => self.replace(at(tab)),
            Step::SignIn { tab, user, right } => {
                let password = if *right { PASSWORD } else { "SECRET-wrong" };
                self.call_in(at(tab), Command::SignIn(Credentials::new(USERS[*user], password)));
            }
            Step::Adopt { tab, age, again } => self.adopt(at(tab), *age, *again),
            Step::SignInAsGuest { tab } => self.call_in(at(tab), Command::SignInAsGuest),
            Step::SignOut { tab } => self.call_in(at(tab), Command::SignOut),
            Step::Pass(span) => self.pass(*span),
            Step::Sleep(span) => self.sleep(*span),
            Step::SetClock(by) => {
                self.clock.wall += by;
                self.invariants.set_back -= by.min(&0);
            }
            Step::Timers { tab, timers } => {
                let page = self.page_of(at(tab));
                self.pages[page].timers = *timers;
            }
            Step::Serve(conduct) => self.server.conduct = *conduct,
            Step::ExpiresIn(secs) => self.server.expires_in = ExpiresIn::secs(*secs),
            Step::Latency(latency) => self.latency = *latency,
            Step::EndAll => self.server.end_all(),
            Step::Offline(offline) => self.set_offline(*offline),
            Step::HostileMessages { tab } => self.send_hostile_messages(self.page_of(at(tab))),
            Step::Clear { tab } => {
                self.invariants.storages_were_cleared = true;
                self.disks[self.tabs[at(tab)].disk].content = Content::Nothing;
            }
            Step::ClearSite => self.clear_site(),
            Step::HangLock { tab } => self.hang_lock(at(tab)),
            step => self.move_tabs(step),
        }
    }

    fn move_tabs(&mut self, step: &Step) {
        let count = self.tabs.len();
        let at = |tab: &usize| tab % count;
        let room = count < MOST_TABS;
        match step {
            Step::Open if room => {
                self.open();
                self.coverage.opened += 1;
            }
            Step::Duplicate { tab } if room => {
                self.duplicate(at(tab));
                self.coverage.duplicates += 1;
            }
            Step::OpenBeside { tab } if room => drop(self.open_beside(at(tab))),
            Step::Close { tab, lands } if count > 1 => {
                self.close(at(tab), *lands);
                self.coverage.closes += 1;
            }
            Step::Reload { tab, lands } => self.reload(at(tab), *lands),
            Step::Discard { tab } => self.discard(at(tab)),
            Step::Crash { loses_writes } => self.crash(*loses_writes),
            Step::Block { tab, span } => self.block(at(tab), *span),
            Step::Freeze { tab } => self.freeze(at(tab)),
            Step::Stop { tab } => self.stop(at(tab)),
            Step::Thaw { tab, timers_first } => self.thaw(at(tab), *timers_first),
            Step::Navigate { tab, aborts } => self.navigate(at(tab), *aborts),
            Step::Back { tab } => self.back(at(tab)),
            Step::Forward { tab } => self.forward(at(tab)),
            Step::Prerender { tab } => self.prerender(at(tab)),
            Step::CallPrerendered { tab, command } => {
                if let Some(page) = self.tabs[at(tab)].prerendered {
                    self.call(page, command.clone());
                }
            }
            Step::Activate { tab } => self.activate(at(tab)),
            _ => {}
        }
    }

    /// A page that does not run makes no calls.
    fn call_in(&mut self, tab: usize, command: Command) {
        let page = self.page_of(tab);
        if self.pages[page].runs() {
            self.call(page, command);
        }
    }

    /// An API has responded with 401 to the last token that this tab got.
    pub(in crate::browser) fn replace(&mut self, tab: usize) {
        let page = self.page_of(tab);
        if let Some(ticket) = self.pages[page].replies.iter().rev().find_map(|(_, result)| ticket_of(result))
        {
            self.call_in(tab, Command::TokenAfter401(ticket));
        }
    }

    pub fn set_offline(&mut self, offline: bool) {
        self.offline = offline;
        for page in 0..self.pages.len() {
            self.input(page, if offline { Input::Offline } else { Input::Online });
        }
    }

    /// The server has the browser clear the storages of the origin (Clear-Site-Data).
    pub fn clear_site(&mut self) {
        self.sign_outs.clear();
        self.invariants.storages_were_cleared = true;
        if matches!(self.shop.storage, StorageKind::Custom { .. }) {
            self.invariants.sign_outs_may_be_forgotten = true;
        } else {
            for disk in &mut self.disks {
                disk.clear();
            }
        }
        if let Some(register) = &mut self.register {
            register.clear();
        }
        for page in 0..self.pages.len() {
            self.run_task(page, Task::SiteCleared);
        }
        self.note_forgotten_sign_outs();
        self.coverage.site_cleared += 1;
        self.run_due_tasks();
    }

    /// A sign-out is forgotten if no page that knows it runs, and its message has not reached every page.
    fn note_forgotten_sign_outs(&mut self) {
        let sent_before = self.clock.mono - self.channel.delay;
        let is_listed = |id: &str| self.sign_outs.iter().any(|listed| listed.text("id") == Some(id));
        let has_arrived = |at: i64| at < sent_before && !self.invariants.lost_messages;
        let mut signed_out = self.invariants.signed_out.iter();
        self.invariants.sign_outs_may_be_forgotten |=
            signed_out.any(|(id, at)| !is_listed(id) && !has_arrived(*at));
    }

    /// A foreign page takes the lock of this tab's session and never releases it.
    pub fn hang_lock(&mut self, tab: usize) {
        let held = self.shown(tab).session.view().map(|view| view.id().to_text());
        let mut name = self.config.storage_key().to_owned();
        if let Some(held) = held {
            name.push(' ');
            name.push_str(&held);
        }
        if let Some(locks) = &mut self.locks {
            locks.hang(&name);
            self.invariants.lock_hangs = true;
        }
    }

    /// A hostile page sends messages that would change whose session this page holds.
    pub fn send_hostile_messages(&mut self, page: usize) {
        if !self.pages[page].runs() || !self.shop.shares {
            return;
        }
        self.input(page, Input::Wake);
        let Some(record) = self.known(page) else { return };
        self.coverage.hostile += 1;
        for message in foreign_messages(Some(&record)).into_iter().chain(hostile_messages(&record)) {
            let now = self.pages[page].now(&self.clock);
            let before = self.pages[page].session.view();
            let effects = self.pages[page].session.handle(now, Input::Message(message.clone()));
            let same = self.pages[page].session.view() == before && effects.is_empty();
            self.invariants.check(same, "a_message_never_changes_whose_session_it_is", || {
                format!("{:?} led to {effects:?}", message.text("message"))
            });
        }
    }
}
