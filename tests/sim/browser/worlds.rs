//! Random worlds: a browser, a server, and what happens to its tabs, step by step.

use storefront_token_client::core::call::{Command, Reply, Ticket};
use storefront_token_client::core::config::StorageKind;
use storefront_token_client::core::error::{Code, Error};
use storefront_token_client::core::io::Input;
use storefront_token_client::core::members::{Members, Value};
use storefront_token_client::core::time::Millis;
use storefront_token_client::core::token::Credentials;

use crate::browser::{Browser, Channel, TabTally};
use crate::chance::Chance;
use crate::disk::Content;
use crate::hunt::{Plan, hunt, play_all, print_counts};
use crate::laws::Broken;
use crate::life::Life;
use crate::page::shop;
use crate::server::{Conduct, Dialect, Life as TokenLife, PASSWORD, Rotation, USERS};
use crate::wire::text;
use crate::world::{Timers, foreign};

/// Seeds that every run plays, whatever else it does.
const FIXED: u64 = 2_000;
const MOST_TABS: usize = 6;

#[derive(Clone, Debug)]
struct World {
    shop: Life,
    life_secs: u32,
    locks: bool,
    channel: Channel,
    steps: Vec<Step>,
}

/// Tabs are counted over those that are open.
#[derive(Clone, Debug)]
enum Step {
    AskToken { tab: usize, force: bool },
    Replace { tab: usize },
    SignIn { tab: usize, user: usize, right: bool },
    SignInAsGuest { tab: usize },
    SignOut { tab: usize },
    Pass(i64),
    Sleep(i64),
    SetClock(i64),
    Open,
    Duplicate { tab: usize },
    Beside { tab: usize },
    Close { tab: usize, lands: bool },
    Reload { tab: usize, lands: bool },
    Freeze { tab: usize },
    Stop { tab: usize },
    Thaw { tab: usize, timers_first: bool },
    Navigate { tab: usize, cuts: bool },
    Back { tab: usize },
    Forward { tab: usize },
    Timers { tab: usize, timers: Timers },
    Serve(Conduct),
    Lives(u32),
    Latency(i64),
    EndAll,
    Offline(bool),
    Hostile { tab: usize },
    Clear { tab: usize },
    HangLock { tab: usize },
}

impl Plan for World {
    type Step = Step;
    type Counts = TabTally;

    fn random(seed: u64) -> World {
        let mut chance = Chance::new(seed);
        let c = &mut chance;
        let count = 6 + c.below(24);
        let secs = c.pick(&[10, 60, 600, 3_600]);
        let shop = Life {
            seed,
            dialect: c.pick(&[Dialect::Oro, Dialect::Oro, Dialect::OAuth2]),
            rotation: rotation(c),
            guest: !c.one_in(5),
            on_demand: c.one_in(5),
            timeout: c.pick(&[15_000, 15_000, 2_000, 60_000]),
            revokes: c.one_in(4),
            disk_delay: c.pick(&[0, 0, 0, 0, 5, 300]),
            shares: !c.one_in(8),
            storage: c.pick(&[
                StorageKind::Page,
                StorageKind::Page,
                StorageKind::Page,
                StorageKind::Origin,
                StorageKind::Custom { has_lock: false },
            ]),
            ..shop()
        };
        let loses_one_in = c.pick(&[None, None, None, None, None, None, Some(2), Some(10)]);
        World {
            shop,
            life_secs: secs,
            locks: !c.one_in(8),
            channel: Channel { delay: c.pick(&[0, 1, 5, 30]), loses_one_in },
            steps: (0..count).map(|_| step(c, i64::from(secs) * 1_000)).collect(),
        }
    }

    fn steps(&mut self) -> &mut Vec<Step> {
        &mut self.steps
    }

    fn play(&self) -> (TabTally, Option<Broken>) {
        let mut browser = Browser::of(self.shop.clone());
        browser.server.life = TokenLife::secs(self.life_secs);
        browser.channel = self.channel;
        browser.locks.take_if(|_| !self.locks);
        browser.tells_broken_laws = false;
        browser.open();
        for step in &self.steps {
            browser.take(step);
            if browser.laws.broken.is_some() {
                break;
            }
        }
        if browser.laws.broken.is_none() {
            browser.settle();
        }
        (browser.tally, browser.laws.broken.take())
    }
}

fn rotation(c: &mut Chance) -> Rotation {
    use Rotation::{DetectsReuse, Grace, Keeps, Never, Omits, Rotates};
    c.pick(&[Rotates, Rotates, Rotates, Rotates, DetectsReuse, DetectsReuse, Grace, Keeps, Omits, Never])
}

fn step(c: &mut Chance, life: i64) -> Step {
    let tab = c.below(MOST_TABS as u64) as usize;
    match c.below(48) {
        0..=9 => Step::AskToken { tab, force: c.one_in(4) },
        10 => Step::Replace { tab },
        11 => Step::SignIn { tab, user: c.below(2) as usize, right: !c.one_in(3) },
        12 => c.pick(&[Step::SignInAsGuest { tab }, Step::SignOut { tab }]),
        13 => Step::SignOut { tab },
        14..=20 => Step::Pass(span(c, life)),
        21 => Step::Sleep(span(c, life)),
        22 => c.pick(&[
            Step::SetClock(-2_000),
            Step::SetClock(-4_000_000),
            Step::SetClock(86_400_000),
            Step::Open,
        ]),
        23..=24 => Step::Open,
        25..=27 => Step::Duplicate { tab },
        28 => c.pick(&[Step::Beside { tab }, Step::Duplicate { tab }]),
        29 => Step::Close { tab, lands: c.one_in(2) },
        30..=31 => Step::Reload { tab, lands: !c.one_in(3) },
        32 => c.pick(&[Step::Freeze { tab }, Step::Stop { tab }]),
        33..=34 => Step::Thaw { tab, timers_first: c.one_in(2) },
        35..=36 => Step::Navigate { tab, cuts: c.one_in(2) },
        37..=38 => Step::Back { tab },
        39 => Step::Forward { tab },
        40 => {
            let timers = c.pick(&[Timers::OnTime, Timers::Late(1_000), Timers::Late(60_000), Timers::Never]);
            Step::Timers { tab, timers }
        }
        41..=42 => Step::Serve(conduct(c)),
        43 => Step::Latency(c.pick(&[0, 20, 100, 300, 3_000, 20_000, 60_000])),
        44 => c.pick(&[Step::Offline(true), Step::Offline(false), Step::Offline(false)]),
        45 => Step::Hostile { tab },
        46 => c.pick(&[Step::EndAll, Step::Lives(5), Step::Lives(3_600), Step::Pass(10)]),
        _ => c.pick(&[
            Step::Clear { tab },
            Step::HangLock { tab },
            Step::Pass(40),
            Step::Pass(120),
            Step::Pass(1),
        ]),
    }
}

/// From moments within an exchange to a few lives.
fn span(c: &mut Chance, life: i64) -> i64 {
    let scale = c.pick(&[10, 100, 1_000, 10_000, life, life, 3 * life]);
    1 + c.below(scale as u64) as i64
}

/// Trouble that says nothing about the refresh token.
fn conduct(c: &mut Chance) -> Conduct {
    use Conduct::{CutsTheAnswer, DropsAfter, DropsBefore, Fails, Hangs, Html, Serves, TooMany};
    c.pick(&[
        Serves,
        Serves,
        Serves,
        DropsBefore,
        DropsAfter,
        CutsTheAnswer,
        Hangs { served: false },
        Hangs { served: true },
        TooMany { retry_after: Some(3) },
        Fails(503),
        Html(401),
    ])
}

impl Browser {
    fn take(&mut self, step: &Step) {
        let count = self.tabs.len();
        let at = |tab: &usize| tab % count;
        match step {
            Step::AskToken { tab, force } => self.ask(at(tab), token(*force)),
            Step::Replace { tab } => self.replace(at(tab)),
            Step::SignIn { tab, user, right } => {
                let password = if *right { PASSWORD } else { "SECRET-wrong" };
                self.ask(at(tab), Command::SignIn(Credentials::new(USERS[*user], password)));
            }
            Step::SignInAsGuest { tab } => self.ask(at(tab), Command::SignInAsGuest),
            Step::SignOut { tab } => self.ask(at(tab), Command::SignOut),
            Step::Pass(span) => self.pass(*span),
            Step::Sleep(span) => self.sleep(*span),
            Step::SetClock(by) => {
                self.clock.wall += by;
                self.laws.set_back -= by.min(&0);
            }
            Step::Timers { tab, timers } => {
                let page = self.page_of(at(tab));
                self.pages[page].timers = *timers;
            }
            Step::Serve(conduct) => self.server.conduct = *conduct,
            Step::Lives(secs) => self.server.life = TokenLife::secs(*secs),
            Step::Latency(latency) => self.latency = *latency,
            Step::EndAll => self.server.end_all(),
            Step::Offline(offline) => self.set_offline(*offline),
            Step::Hostile { tab } => self.tell_lies(self.page_of(at(tab))),
            Step::Clear { tab } => self.disks[self.tabs[at(tab)].disk].content = Content::Nothing,
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
                self.tally.opened += 1;
            }
            Step::Duplicate { tab } if room => {
                self.duplicate(at(tab));
                self.tally.duplicates += 1;
            }
            Step::Beside { tab } if room => drop(self.open_beside(at(tab))),
            Step::Close { tab, lands } if count > 1 => {
                self.close(at(tab), *lands);
                self.tally.closes += 1;
            }
            Step::Reload { tab, lands } => self.reload(at(tab), *lands),
            Step::Freeze { tab } => self.freeze(at(tab)),
            Step::Stop { tab } => self.stop(at(tab)),
            Step::Thaw { tab, timers_first } => self.thaw(at(tab), *timers_first),
            Step::Navigate { tab, cuts } => self.navigate(at(tab), *cuts),
            Step::Back { tab } => self.back(at(tab)),
            Step::Forward { tab } => self.forward(at(tab)),
            _ => {}
        }
    }

    /// The application of a page that does not run asks for nothing.
    fn ask(&mut self, tab: usize, ask: Command) {
        let page = self.page_of(tab);
        if self.pages[page].runs() {
            self.call(page, ask);
        }
    }

    /// An API has refused the last token that this tab got.
    fn replace(&mut self, tab: usize) {
        let page = self.page_of(tab);
        if let Some(ticket) = self.pages[page].replies.iter().rev().find_map(|(_, result)| ticket(result)) {
            self.ask(tab, Command::Replacement(ticket));
        }
    }

    pub fn set_offline(&mut self, offline: bool) {
        self.offline = offline;
        for page in 0..self.pages.len() {
            self.tell(page, if offline { Input::Offline } else { Input::Online });
        }
    }

    /// Somebody who never lets go takes the lock of the session that this tab holds.
    pub fn hang_lock(&mut self, tab: usize) {
        let held = self.shown(tab).session.view().map(|view| view.id().to_text());
        let mut name = self.config.storage_key().to_owned();
        if let Some(held) = held {
            name.push(' ');
            name.push_str(&held);
        }
        if let Some(locks) = &mut self.locks {
            locks.hang(&name);
            self.laws.hangs = true;
        }
    }

    /// A hostile page says what would change whose session is held here.
    pub fn tell_lies(&mut self, page: usize) {
        if !self.pages[page].runs() || !self.shop.shares {
            return;
        }
        self.tell(page, Input::Wake);
        let Some(record) = self.known(page) else { return };
        self.tally.hostile += 1;
        for message in foreign(Some(&record)).into_iter().chain(lies(&record)) {
            let now = self.pages[page].now(&self.clock);
            let before = self.pages[page].session.view();
            let effects = self.pages[page].session.handle(now, Input::Message(message.clone()));
            let same = self.pages[page].session.view() == before && effects.is_empty();
            self.laws.hold(same, "a_message_never_changes_whose_session_it_is", || {
                format!("{:?} led to {effects:?}", message.text("message"))
            });
        }
    }

    /// With a healthy world and some time, every tab gets what there is to get.
    fn settle(&mut self) {
        self.server.conduct = Conduct::Serves;
        self.server.life = TokenLife::secs(3_600);
        self.latency = 100;
        self.channel.loses_one_in = None;
        self.set_offline(false);
        for tab in 0..self.tabs.len() {
            self.thaw(tab, false);
            let page = self.page_of(tab);
            self.pages[page].timers = Timers::OnTime;
            self.tell(page, Input::Wake);
        }
        self.pass(3_700_000);
        for tab in 0..self.tabs.len() {
            // A lock that hangs is waited for by one after the other, while one says that it is at it.
            let tries = if self.laws.hangs { 16 } else { 4 };
            let content = (0..tries).any(|_| self.is_content(tab));
            let page = self.page_of(tab);
            self.laws.hold(content, "a_healthy_world_is_enough", || {
                format!("{tab}: {:?}", self.pages[page].replies.last())
            });
        }
        self.pass(200_000);
        let waiting = self.pages.iter().position(|page| page.runs() && !page.waiting.is_empty());
        self.laws.hold(waiting.is_none(), "every_call_is_answered", || format!("{waiting:?}"));
        let free = (0..10).any(|_| {
            self.pass(1_000);
            self.locks.as_ref().is_none_or(|locks| locks.holders().next().is_none())
        });
        self.laws.hold(free, "no_lock_is_held_at_the_end", String::new);
    }

    /// Whether a tab gets a token that the API takes, or is told why there is none.
    fn is_content(&mut self, tab: usize) -> bool {
        let page = self.page_of(tab);
        let call = self.call(page, token(false));
        self.pass(self.shop.timeout);
        let content = match self.pages[page].answer(call) {
            // Without a refresh token nobody learns before its end that it was taken back.
            Some(Ok(Reply::Token(token, _))) => {
                self.shop.rotation == Rotation::Never || self.server.takes(token.expose())
            }
            Some(Err(error)) => error.code == Code::LoginRequired && !self.shop.guest,
            _ => false,
        };
        if !content {
            self.replace(tab);
            self.pass(60_000);
        }
        content
    }
}

fn token(force_refresh: bool) -> Command {
    Command::Token { min_validity: Millis::ZERO, force_refresh }
}

fn ticket(result: &Result<Reply, Error>) -> Option<Ticket> {
    match result {
        Ok(Reply::Token(_, ticket)) => Some(ticket.clone()),
        Ok(_) | Err(_) => None,
    }
}

/// What would be news if it were of the same session.
fn lies(record: &Members) -> Vec<Members> {
    let of = |changes: &[(&'static str, Value)]| {
        let mut message = record.clone();
        for (name, value) in changes {
            message.push(name, value.clone());
        }
        message
    };
    let newer = || Value::Number(1e9);
    let other = if record.text("subject") == Some("guest") { "user" } else { "guest" };
    let elsewhere = || ("token_endpoint", text("https://evil.example/token"));
    vec![
        of(&[("message", text("newest")), ("generation", newer()), ("subject", text(other))]),
        of(&[("message", text("newest")), ("generation", newer()), elsewhere()]),
        of(&[
            ("message", text("begun")),
            ("id", text("0123456789abcdef")),
            ("replaces", text("fedcba9876543210")),
        ]),
        of(&[("message", text("newest")), ("id", text("0123456789abcdef")), ("replaces", Value::Null)]),
        of(&[("message", text("signed-out")), elsewhere()]),
    ]
}

#[test]
fn random_worlds_break_no_law() {
    hunt::<World>();
}

#[test]
fn the_same_worlds_as_ever_break_no_law() {
    print_counts(FIXED, &play_all::<World>(0..FIXED));
}
