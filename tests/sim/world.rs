//! The world of one session: its host, with the network, the storage, the clocks and the server.

use std::rc::Rc;

use storefront_token_client::core::call::{Command, Reply};
use storefront_token_client::core::config::Config;
use storefront_token_client::core::error::Error;
use storefront_token_client::core::event::Event;
use storefront_token_client::core::grant::Request;
use storefront_token_client::core::ids::CallId;
use storefront_token_client::core::ids::{ExchangeId, ReadId, WriteId};
use storefront_token_client::core::io::{Effect, Input};
use storefront_token_client::core::members::{Members, Value};
use storefront_token_client::core::response::ExchangeResult;
use storefront_token_client::core::session::Session;

use crate::clock::{Clock, millis};
use crate::disk::Disk;
use crate::laws::{Laws, Moment};
use crate::server::Server;
use crate::tally::Tally;
use crate::wire::{Form, text};

/// How the host's timers behave.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Timers {
    OnTime,
    /// As in a throttled tab: this many milliseconds late.
    Late(i64),
    Never,
}

#[derive(Clone, Debug)]
enum Happening {
    Arrives(ExchangeId, Form),
    Answers(ExchangeId, ExchangeResult),
    Reads(ReadId),
    Writes(WriteId, Option<Members>),
}

#[derive(Clone, Debug)]
struct Due {
    at: i64,
    page: u32,
    what: Happening,
}

pub struct World {
    pub clock: Clock,
    pub server: Server,
    pub disk: Disk,
    pub session: Session,
    pub laws: Laws,
    pub tally: Tally,
    /// How long a request and its answer take together.
    pub latency: i64,
    /// How long a lock is held by somebody else when it is asked for.
    pub lock_delay: i64,
    pub timers: Timers,
    pub requests: Vec<Form>,
    pub replies: Vec<(CallId, Result<Reply, Error>)>,
    pub events: Vec<Event>,
    pub aborts: usize,
    /// Everything that was asked of the host, where somebody wants to compare it.
    pub trace: Option<String>,
    config: Rc<Config>,
    seed: u64,
    due: Vec<Due>,
    page: u32,
    calls: u32,
    past_answers: Vec<(ExchangeId, ExchangeResult)>,
    past_writes: Vec<WriteId>,
    past_reads: Vec<ReadId>,
}

/// Messages of others: of another server or client, of a session that is not held here, or no news.
pub fn foreign(record: Option<&Members>) -> Vec<Members> {
    let Some(record) = record else { return vec![Members::new()] };
    let with = |changes: &[(&'static str, Value)]| {
        let mut message = record.clone();
        for (name, value) in changes {
            message.push(name, value.clone());
        }
        message
    };
    let newer = Value::Number(1e6);
    vec![
        record.clone(),
        with(&[("message", text("newest")), ("generation", newer.clone()), ("client_id", text("another"))]),
        with(&[("message", text("newest")), ("generation", newer.clone()), ("version", Value::Null)]),
        with(&[("message", text("newest")), ("generation", newer.clone()), ("access_token", Value::Null)]),
        with(&[("message", text("newest")), ("generation", newer), ("subject", text("admin"))]),
        with(&[("message", text("signed-out")), ("id", text("0123456789abcdef"))]),
        with(&[("message", text("busy")), ("id", text("0123456789abcdef"))]),
        with(&[("message", text("busy")), ("id", text("none of ours"))]),
        with(&[("message", text("sing"))]),
    ]
}

impl World {
    pub fn new(config: Config, server: Server, disk: Disk, seed: u64) -> World {
        let config = Rc::new(config);
        World {
            clock: Clock::new(),
            laws: Laws::new(server.dialect),
            server,
            disk,
            session: Session::new(config.clone(), seed),
            tally: Tally::default(),
            latency: 100,
            lock_delay: 0,
            timers: Timers::OnTime,
            requests: Vec::new(),
            replies: Vec::new(),
            events: Vec::new(),
            aborts: 0,
            trace: None,
            config,
            seed,
            due: Vec::new(),
            page: 0,
            calls: 0,
            past_answers: Vec::new(),
            past_writes: Vec::new(),
            past_reads: Vec::new(),
        }
    }

    pub fn call(&mut self, ask: Command, timeout: i64) -> CallId {
        self.calls += 1;
        let id = CallId(self.calls);
        self.tally.calls += 1;
        self.laws.called(id, &ask, self.clock.mono + timeout, self.session.view());
        self.handle(Input::Call(id, ask));
        id
    }

    /// Tells the session, and carries out what it asks.
    pub fn handle(&mut self, input: Input) {
        let before = self.session.view();
        let effects = self.session.handle(self.clock.now(), input.clone());
        let wakeup = self.session.next_wakeup().map(millis);
        let after = self.session.view();
        let now = self.clock.shown();
        let moment = Moment { now, input: &input, effects: &effects, before, after, wakeup };
        self.laws.judge(&moment, &self.server);
        self.keep_trace(&input, &effects);
        for effect in effects {
            self.carry_out(effect);
        }
        self.expect_nothing(Input::Wake, "an_early_wake_does_nothing");
        self.take_what_is_due();
    }

    fn keep_trace(&mut self, input: &Input, effects: &[Effect]) {
        let Some(trace) = &mut self.trace else { return };
        let shown = format!("{input:?} -> {effects:?}\n");
        self.laws.keeps_secrets(&shown);
        self.laws.keeps_secrets(&format!("{:?}", self.session));
        trace.push_str(&format!("{:?} {shown}", self.clock.shown()));
    }

    /// Gives an input of which nothing may come.
    fn expect_nothing(&mut self, input: Input, law: &'static str) {
        let before = self.session.next_wakeup();
        let told = format_args!("{input:?}").to_string();
        let effects = self.session.handle(self.clock.now(), input);
        let same = effects.is_empty() && self.session.next_wakeup() == before;
        self.laws.hold(same, law, || format!("{told} led to {effects:?}"));
    }

    /// Tells the session what it has heard before, or never asked for.
    pub fn tell_stale_news(&mut self) {
        let law = "late_and_foreign_news_are_ignored";
        for (id, outcome) in self.past_answers.clone().into_iter().rev().take(2) {
            self.expect_nothing(Input::ExchangeEnded(id, outcome), law);
        }
        for write in self.past_writes.clone().into_iter().rev().take(2) {
            self.expect_nothing(Input::Stored(write, false), law);
        }
        self.expect_nothing(Input::Cancel(CallId(u32::MAX)), law);
        for read in self.past_reads.clone().into_iter().rev().take(2) {
            let loaded = self.disk.read();
            self.expect_nothing(Input::Loaded(read, loaded), law);
        }
        for message in foreign(self.disk.record()) {
            self.expect_nothing(Input::Message(message), "a_foreign_message_changes_nothing");
        }
    }

    fn carry_out(&mut self, effect: Effect) {
        match effect {
            Effect::Load(read) => self.read(read, 0),
            Effect::Lock(read, _) => self.read(read, self.lock_delay),
            Effect::Unlock(read) => {
                self.due.retain(|due| !matches!(due.what, Happening::Reads(wanted) if wanted == read));
            }
            Effect::Broadcast(_) => self.tally.messages += 1,
            Effect::Store(write, record) => {
                let at = (self.clock.real + self.disk.delay).max(self.disk.busy_until);
                self.disk.busy_until = at;
                self.later(at - self.clock.real, Happening::Writes(write, record));
            }
            Effect::Send(id, request) => self.send(id, &request),
            Effect::Abort(_) => {
                self.aborts += 1;
                self.tally.cuts += 1;
            }
            Effect::Reply(id, result) => {
                self.tally.reply(&result);
                self.replies.push((id, result));
            }
            Effect::Emit(event) => {
                self.tally.event(&event);
                self.events.push(event);
            }
        }
    }

    fn send(&mut self, id: ExchangeId, request: &Request) {
        let form = Form::of(request);
        self.tally.exchanges += 1;
        self.requests.push(form.clone());
        self.later(self.latency / 2, Happening::Arrives(id, form));
    }

    /// Reads wait for the writes before them.
    fn read(&mut self, read: ReadId, wait: i64) {
        let at = (self.clock.real + wait + self.disk.delay).max(self.disk.busy_until);
        self.later(at - self.clock.real, Happening::Reads(read));
    }

    fn later(&mut self, delay: i64, what: Happening) {
        self.due.push(Due { at: self.clock.real + delay, page: self.page, what });
    }

    fn next_due(&self) -> Option<usize> {
        (0..self.due.len()).min_by_key(|at| self.due[*at].at)
    }

    fn take_what_is_due(&mut self) {
        while let Some(at) = self.next_due().filter(|at| self.due[*at].at <= self.clock.real) {
            let due = self.due.remove(at);
            self.happen(due);
        }
    }

    fn happen(&mut self, due: Due) {
        let here = due.page == self.page;
        match due.what {
            Happening::Arrives(id, form) => {
                self.server.now = self.clock.real;
                if let Some(outcome) = self.server.take(&form) {
                    let at = due.at + self.latency / 2;
                    self.due.push(Due { at, page: due.page, what: Happening::Answers(id, outcome) });
                }
            }
            Happening::Answers(id, outcome) if here => {
                self.tally.answer(&outcome);
                self.past_answers.push((id, outcome.clone()));
                self.handle(Input::ExchangeEnded(id, outcome));
            }
            Happening::Reads(read) if here => {
                let loaded = self.disk.read();
                self.past_reads.push(read);
                self.handle(Input::Loaded(read, loaded));
            }
            Happening::Writes(write, record) => {
                let done = self.disk.write(record);
                if let Some(done) = done.filter(|_| here) {
                    self.tally.failed_writes += u64::from(!done);
                    self.past_writes.push(write);
                    self.handle(Input::Stored(write, done));
                }
            }
            Happening::Answers(..) => self.tally.lost_with_the_page += 1,
            Happening::Reads(_) => {}
        }
    }

    /// Lets time pass, with all that happens in it.
    pub fn pass(&mut self, span: i64) {
        let end = self.clock.real + span;
        for _ in 0..200_000 {
            self.take_what_is_due();
            let timer = self.timer();
            let due = self.next_due().map(|at| self.due[at].at);
            let Some(at) = [timer, due].into_iter().flatten().min().filter(|at| *at <= end) else {
                return self.clock.pass(end - self.clock.real);
            };
            self.clock.pass((at - self.clock.real).max(0));
            if due.is_none_or(|due| timer.is_some_and(|timer| timer < due)) {
                self.handle(Input::Wake);
            }
        }
        self.laws.hold(false, "no_storm", || String::from("time stands still"));
    }

    fn timer(&self) -> Option<i64> {
        let late = match self.timers {
            Timers::OnTime => 0,
            Timers::Late(late) => late,
            Timers::Never => return None,
        };
        let wakeup = millis(self.session.next_wakeup()?);
        Some(self.clock.real + (wakeup - self.clock.mono).max(0).saturating_add(late))
    }

    /// The machine sleeps; nothing is taken in before it wakes.
    pub fn sleep(&mut self, span: i64) {
        self.clock.sleep(span);
        self.tally.sleeps += 1;
    }

    /// The page goes, and its writes with it if they do not `land`; the next one begins.
    pub fn reload(&mut self, lands: bool) {
        self.due.retain(|due| match due.what {
            Happening::Arrives(..) | Happening::Answers(..) => true,
            Happening::Reads(_) => false,
            Happening::Writes(..) => lands,
        });
        self.page += 1;
        self.clock.restart();
        self.seed = self.seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(1);
        self.session = Session::new(self.config.clone(), self.seed);
        self.past_answers.clear();
        self.past_writes.clear();
        self.past_reads.clear();
        self.laws.reloaded();
        self.tally.reloads += 1;
    }

    pub fn is_waiting(&self, id: CallId) -> bool {
        self.laws.is_waiting(id)
    }

    pub fn reply_to(&self, id: CallId) -> Option<&Result<Reply, Error>> {
        self.replies.iter().rev().find(|(call, _)| *call == id).map(|(_, result)| result)
    }
}
