//! A browser: the tabs of one shop, with their storages, locks and channel, on one machine.

mod laws;
mod locks;
mod page;
mod shopper;
mod tab;
mod worlds;

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::rc::Rc;

use storefront_token_client::core::call::Command;
use storefront_token_client::core::config::Config;
use storefront_token_client::core::grant::Request;
use storefront_token_client::core::ids::CallId;
use storefront_token_client::core::ids::{ExchangeId, ReadId, WriteId};
use storefront_token_client::core::io::{Effect, Input, Loaded};
use storefront_token_client::core::members::Members;
use storefront_token_client::core::response::ExchangeResult;

use crate::browser::laws::Laws;
pub use crate::browser::laws::TabTally;
use crate::browser::locks::Locks;
use crate::browser::page::UnderWay;
pub use crate::browser::page::{Page, State};
pub use crate::browser::shopper::{lineage, shared_shop};
pub use crate::browser::tab::Tab;
use crate::chance::Chance;
use crate::clock::Clock;
use crate::disk::Disk;
use crate::life::{Life, TOKEN_ENDPOINT};
use crate::server::Server;
use crate::wire::{Form, told};

/// What is to happen to a page, or comes of it.
#[derive(Clone, Debug)]
pub enum Happening {
    Arrives(ExchangeId, Form),
    Answers(ExchangeId, ExchangeResult),
    Reads(ReadId),
    Writes(WriteId, Option<Members>),
    Wrote(WriteId, bool),
    Hears(Members),
    Is(Input),
}

#[derive(Clone, Debug)]
struct Due {
    page: usize,
    what: Happening,
}

/// When a browser gives up a connection on which nothing comes.
const CONNECTION_LIMIT: i64 = 300_000;

/// How pages speak to each other.
#[derive(Clone, Copy, Debug)]
pub struct Channel {
    pub delay: i64,
    /// Of so many messages one is lost.
    pub loses_one_in: Option<u64>,
}

pub struct Browser {
    pub clock: Clock,
    pub server: Server,
    pub disks: Vec<Disk>,
    pub pages: Vec<Page>,
    pub tabs: Vec<Tab>,
    /// None where the browser has none.
    pub locks: Option<Locks>,
    pub channel: Channel,
    /// What was said of sessions that were signed out: who comes, or comes back, hears it first.
    pub sign_outs: Vec<Members>,
    pub laws: Laws,
    pub tally: TabTally,
    /// How long a request and its answer take together.
    pub latency: i64,
    pub offline: bool,
    pub requests: Vec<(usize, Form)>,
    /// Whether a law that was broken is told when all is over.
    pub tells_broken_laws: bool,
    shop: Life,
    config: Rc<Config>,
    chance: Chance,
    /// By when, and then in order.
    due: BinaryHeap<Reverse<(i64, usize)>>,
    dues: Vec<Option<Due>>,
    calls: u32,
}

impl Browser {
    pub fn of(shop: Life) -> Browser {
        let mut disks = Vec::new();
        if shop.storage.is_shared() {
            disks.push(Disk::new(shop.disk_delay));
        }
        Browser {
            clock: Clock::new(),
            server: Server::new(shop.dialect, shop.rotation),
            disks,
            pages: Vec::new(),
            tabs: Vec::new(),
            locks: Some(Locks::default()),
            channel: Channel { delay: 2, loses_one_in: None },
            sign_outs: Vec::new(),
            laws: Laws::default(),
            tally: TabTally::default(),
            latency: 100,
            offline: false,
            requests: Vec::new(),
            tells_broken_laws: true,
            config: Rc::new(shop.config()),
            chance: Chance::new(shop.seed),
            shop,
            due: BinaryHeap::new(),
            dues: Vec::new(),
            calls: 0,
        }
    }

    // Inputs

    pub fn call(&mut self, page: usize, ask: Command) -> CallId {
        self.calls += 1;
        let id = CallId(self.calls);
        let asker = &mut self.pages[page];
        asker.waiting.push((id, ask.clone(), asker.mono(&self.clock) + self.shop.timeout));
        self.tally.calls += 1;
        self.tell(page, Input::Call(id, ask));
        id
    }

    /// Tells a page at once, or when it runs again.
    pub fn tell(&mut self, page: usize, input: Input) {
        self.happen(page, Happening::Is(input));
        self.take_what_is_due();
    }

    fn handle(&mut self, at: usize, input: &Input) {
        let page = &mut self.pages[at];
        let now = page.now(&self.clock);
        let before = page.session.view();
        let effects = page.session.handle(now, input.clone());
        page.wakeup = page.session.next_wakeup().map(|wakeup| page.machine_mono(wakeup));
        page.offline = matches!(input, Input::Offline) || page.offline && !matches!(input, Input::Online);
        if let Input::Loaded(read, _) = input {
            page.reading.take_if(|(reading, _)| reading == read);
        }
        if let Input::ExchangeEnded(id, outcome) = input {
            let granted = told(outcome, "access_token").is_some();
            page.under_way.take_if(|under_way| under_way.id == *id && !granted);
            if let Some(under_way) = &mut page.under_way {
                under_way.answered |= under_way.id == *id;
            }
        }
        for effect in &effects {
            self.note(at, effect);
        }
        self.judge(at, input, before, &effects);
        for effect in effects {
            self.carry_out(at, effect);
        }
        self.judge_state(at, input);
    }

    /// What the laws must know before they judge.
    fn note(&mut self, at: usize, effect: &Effect) {
        let page = &mut self.pages[at];
        match effect {
            Effect::Load(read) => page.reading = Some((*read, false)),
            Effect::Lock(read, _) => {
                page.reading = Some((*read, true));
                page.lock = Some(*read);
            }
            Effect::Unlock(read) => {
                page.reading.take_if(|(reading, _)| reading == read);
                page.lock.take_if(|lock| lock == read);
                page.under_way.take_if(|under_way| under_way.answered);
            }
            Effect::Abort(id) => {
                page.under_way.take_if(|under_way| under_way.id == *id);
            }
            Effect::Store(..)
            | Effect::Send(..)
            | Effect::Broadcast(_)
            | Effect::Reply(..)
            | Effect::Emit(_) => {}
        }
    }

    fn carry_out(&mut self, page: usize, effect: Effect) {
        match effect {
            Effect::Load(read) => self.read(page, read, 0),
            Effect::Lock(read, name) => match &mut self.locks {
                None => self.read(page, read, 0),
                Some(locks) => {
                    if locks.ask(&name, (page, read)) {
                        self.read(page, read, self.channel.delay);
                    }
                }
            },
            Effect::Unlock(read) => self.let_go_of_locks(|asker| asker == (page, read)),
            Effect::Store(write, record) => {
                let disk = &mut self.disks[self.pages[page].disk];
                let at = (self.clock.real + disk.delay).max(disk.busy_until);
                disk.busy_until = at;
                self.later(at, page, Happening::Writes(write, record));
            }
            Effect::Send(id, request) => self.send(page, id, &request),
            Effect::Broadcast(message) => self.broadcast(page, &message),
            Effect::Reply(id, result) => self.pages[page].replies.push((id, result)),
            Effect::Emit(event) => self.pages[page].events.push(event),
            Effect::Abort(_) => {}
        }
    }

    pub(in crate::browser) fn let_go_of_locks(&mut self, gone: impl Fn((usize, ReadId)) -> bool) {
        let next = self.locks.as_mut().map(|locks| locks.take_back(gone)).unwrap_or_default();
        for (page, read) in next {
            self.read(page, read, self.channel.delay);
        }
    }

    /// Reads wait for the writes before them; under a lock, for what was said before it was got.
    fn read(&mut self, page: usize, read: ReadId, wait: i64) {
        let disk = &self.disks[self.pages[page].disk];
        let at = (self.clock.real + wait + disk.delay).max(disk.busy_until);
        self.later(at, page, Happening::Reads(read));
    }

    fn send(&mut self, page: usize, id: ExchangeId, request: &Request) {
        let form = Form::of(request);
        if request.url == TOKEN_ENDPOINT {
            let refresh_token = form.get("refresh_token").map(str::to_owned);
            self.pages[page].sent.clone_from(&refresh_token);
            let begins = self.pages[page].session.view().is_none();
            let sent_at = self.clock.mono;
            self.pages[page].under_way =
                Some(UnderWay { id, refresh_token, sent_at, begins, answered: false });
            self.tally.exchanges += 1;
        }
        self.requests.push((page, form.clone()));
        self.later(self.clock.real + self.latency / 2, page, Happening::Arrives(id, form));
    }

    fn broadcast(&mut self, from: usize, message: &Members) {
        self.tally.messages += 1;
        if message.text("message") == Some("signed-out") {
            self.sign_outs.push(message.clone());
        }
        for to in 0..self.pages.len() {
            let deaf = matches!(self.pages[to].state, State::Cached | State::Closed);
            let lost = self.channel.loses_one_in.is_some_and(|count| self.chance.one_in(count));
            if to == from || deaf {
                continue;
            }
            self.laws.lost_messages |= lost;
            if !lost {
                self.later(self.clock.real + self.channel.delay, to, Happening::Hears(message.clone()));
            }
        }
    }

    // Time

    fn later(&mut self, at: i64, page: usize, what: Happening) {
        self.due.push(Reverse((at, self.dues.len())));
        self.dues.push(Some(Due { page, what }));
    }

    fn next_due(&self) -> Option<i64> {
        self.due.peek().map(|Reverse((at, _))| *at)
    }

    pub(in crate::browser) fn take_what_is_due(&mut self) {
        while self.next_due().is_some_and(|at| at <= self.clock.real) {
            let due = self.due.pop().and_then(|Reverse((_, which))| self.dues[which].take());
            if let Some(Due { page, what }) = due {
                self.happen(page, what);
            }
        }
        if self.due.is_empty() {
            self.dues.clear();
        }
    }

    pub(in crate::browser) fn happen(&mut self, page: usize, what: Happening) {
        match (what, self.pages[page].state) {
            (Happening::Arrives(id, form), _) => self.arrive(page, id, &form),
            (Happening::Writes(write, record), state) => {
                let lands = state != State::Closed || !self.pages[page].loses_writes;
                let disk = &mut self.disks[self.pages[page].disk];
                let done = lands.then(|| disk.write(record)).flatten();
                disk.written_at = self.clock.mono;
                if let Some(done) = done {
                    self.happen(page, Happening::Wrote(write, done));
                }
            }
            (_, State::Closed) | (Happening::Hears(_), State::Cached) => {}
            (Happening::Hears(message), State::Runs | State::Frozen) => {
                self.handle(page, &Input::Message(message));
            }
            (what, State::Frozen | State::Stopped | State::Cached) => self.pages[page].kept.push_back(what),
            (Happening::Answers(id, outcome), State::Runs) => {
                self.handle(page, &Input::ExchangeEnded(id, outcome))
            }
            (Happening::Reads(read), State::Runs) => self.loaded(page, read),
            (Happening::Wrote(write, done), State::Runs) => self.handle(page, &Input::Stored(write, done)),
            (Happening::Is(input), State::Runs) => self.handle(page, &input),
        }
    }

    fn loaded(&mut self, page: usize, read: ReadId) {
        if self.pages[page].reading.is_some_and(|(reading, _)| reading == read) {
            let loaded = self.disks[self.pages[page].disk].read();
            self.handle(page, &Input::Loaded(read, loaded));
        }
    }

    fn arrive(&mut self, page: usize, id: ExchangeId, form: &Form) {
        self.server.now = self.clock.real;
        let outcome = if self.offline { Some(ExchangeResult::NoResponse) } else { self.server.take(form) };
        let (after, outcome) = match outcome {
            Some(outcome) => (self.latency / 2, outcome),
            None => (CONNECTION_LIMIT, ExchangeResult::NoResponse),
        };
        self.later(self.clock.real + after, page, Happening::Answers(id, outcome));
    }

    /// Lets time pass, with all that happens in it.
    pub fn pass(&mut self, span: i64) {
        let end = self.clock.real + span;
        for _ in 0..1_000_000 {
            self.take_what_is_due();
            let timer = self.next_timer();
            let due = self.next_due();
            let next = [timer.map(|(at, _)| at), due].into_iter().flatten().min();
            let Some(at) = next.filter(|at| *at <= end) else {
                self.clock.pass(end - self.clock.real);
                return self.judge_pages();
            };
            self.clock.pass((at - self.clock.real).max(0));
            if let Some((_, page)) = timer.filter(|(timer, _)| due.is_none_or(|due| *timer < due)) {
                self.handle(page, &Input::Wake);
            }
        }
        self.laws.hold(false, "no_storm", || String::from("time stands still"));
    }

    fn next_timer(&self) -> Option<(i64, usize)> {
        let timer = |(page, it): (usize, &Page)| Some((it.timer(&self.clock)?, page));
        self.pages.iter().enumerate().filter_map(timer).min()
    }

    /// The machine sleeps; nothing is taken in before it wakes.
    pub fn sleep(&mut self, span: i64) {
        self.clock.sleep(span);
        self.tally.sleeps += 1;
    }

    /// The record that a page would speak of, found by asking a copy of it.
    pub(in crate::browser) fn known(&self, page: usize) -> Option<Members> {
        use storefront_token_client::core::message::Message;
        use storefront_token_client::core::record::Generation;
        let page = &self.pages[page];
        let now = page.now(&self.clock);
        let mut copy = page.session.clone();
        if let Some((read, false)) = page.reading {
            copy.handle(now, Input::Loaded(read, Loaded::Unavailable));
        }
        let ask = Message::Ask(None, Generation::default()).to_members(&self.config);
        copy.handle(now, Input::Message(ask)).into_iter().find_map(|effect| match effect {
            Effect::Broadcast(message) if message.text("message") == Some("newest") => Some(message),
            _ => None,
        })
    }
}
