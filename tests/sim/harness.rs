//! The harness of one page: its host, with network, storage, clocks and server.

use std::rc::Rc;

use storefront_token_client::core::call::{Command, Reply};
use storefront_token_client::core::config::Config;
use storefront_token_client::core::error::Error;
use storefront_token_client::core::event::Event;
use storefront_token_client::core::grant::Request;
use storefront_token_client::core::ids::{CallId, ExchangeId, ReadId, WriteId};
use storefront_token_client::core::io::{Effect, Input};
use storefront_token_client::core::members::Members;
use storefront_token_client::core::response::ExchangeResult;
#[cfg(not(feature = "recorder"))]
use storefront_token_client::core::session::Session;
#[cfg(feature = "recorder")]
use storefront_token_client::recorder::Session;

use crate::clock::{Clock, millis};
use crate::coverage::Coverage;
use crate::disk::Disk;
use crate::foreign::foreign_messages;
use crate::front::{Front, Offer, core_reply, is_plain};
use crate::invariants::model::restored;
use crate::invariants::{Invariants, Moment};
use crate::parse::Form;
use crate::server::Server;

/// How the host's timers behave.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Timers {
    OnTime,
    /// As in a throttled tab: this many milliseconds late.
    Late(i64),
    Never,
}

#[derive(Clone, Debug)]
enum Task {
    /// A request reaches the server.
    Request(ExchangeId, Form),
    /// An exchange ends.
    Response(ExchangeId, ExchangeResult),
    Read(ReadId),
    Write(WriteId, Option<Members>),
}

#[derive(Clone, Debug)]
struct Scheduled {
    at: i64,
    page: u32,
    task: Task,
}

pub struct Harness {
    pub clock: Clock,
    pub server: Server,
    pub disk: Disk,
    pub session: Session,
    /// The front, which answers calls before the core does, if this host has one.
    pub front: Option<Front>,
    pub invariants: Invariants,
    pub coverage: Coverage,
    /// The duration of an exchange.
    pub latency: i64,
    /// How long another client holds the lock when this page requests it.
    pub lock_delay: i64,
    pub timers: Timers,
    pub requests: Vec<Form>,
    pub replies: Vec<(CallId, Result<Reply, Error>)>,
    pub events: Vec<Event>,
    pub aborts: usize,
    /// Every input with its effects, where a test compares or searches them.
    pub trace: Option<String>,
    pub last_adoption: Option<Command>,
    config: Rc<Config>,
    seed: u64,
    scheduled: Vec<Scheduled>,
    page: u32,
    calls: u32,
    past_results: Vec<(ExchangeId, ExchangeResult)>,
    past_writes: Vec<WriteId>,
    past_reads: Vec<ReadId>,
}

impl Harness {
    pub fn new(config: Config, server: Server, disk: Disk, seed: u64) -> Harness {
        let config = Rc::new(config);
        Harness {
            clock: Clock::new(),
            invariants: Invariants::new(server.dialect),
            server,
            disk,
            session: Session::new(config.clone(), seed),
            front: None,
            coverage: Coverage::default(),
            latency: 100,
            lock_delay: 0,
            timers: Timers::OnTime,
            requests: Vec::new(),
            replies: Vec::new(),
            events: Vec::new(),
            aborts: 0,
            trace: None,
            last_adoption: None,
            config,
            seed,
            scheduled: Vec::new(),
            page: 0,
            calls: 0,
            past_results: Vec::new(),
            past_writes: Vec::new(),
            past_reads: Vec::new(),
        }
    }

    pub fn call(&mut self, command: Command, timeout: i64) -> CallId {
        self.calls += 1;
        let id = CallId(self.calls);
        self.coverage.calls += 1;
        if let Some(offer) = self.ask_front(&command) {
            self.replies.push((id, Ok(offer.reply())));
            return id;
        }
        self.invariants.called(id, &command, self.clock.mono + timeout, self.session.view());
        self.handle(Input::Call(id, command));
        id
    }

    /// The front's offer to a call. Without one, the core is started, unless it runs already.
    fn ask_front(&mut self, command: &Command) -> Option<Offer> {
        let now = self.clock.shown();
        let front = self.front.as_mut()?;
        if !front.core_runs {
            front.see_stored(self.disk.readable_record(), |_| false, now);
        }
        let Some(offer) = front.answer(now).filter(|_| is_plain(command)) else {
            front.core_runs = true;
            if let Some(record) = front.shown.take() {
                self.handle(Input::FrontHasShown(record));
            }
            return None;
        };
        let first_seen = front.first_seen().filter(|_| !front.core_runs);
        let held = first_seen.and_then(|at| restored(&self.disk.read(), at, &self.server));
        let core = core_reply(&self.session, self.clock.now(), self.disk.read());
        self.invariants.check_offer(&offer, held, core, now);
        self.coverage.from_records += u64::from(first_seen.is_some());
        self.coverage.from_leases += u64::from(first_seen.is_none());
        Some(offer)
    }

    /// Gives the session an input, checks the effects, and carries them out.
    pub fn handle(&mut self, input: Input) {
        let before = self.session.view();
        let effects = self.session.handle(self.clock.now(), input.clone());
        if let Some(front) = self.front.as_mut().filter(|front| front.core_runs) {
            front.told(self.session.lease(self.clock.now()), self.clock.shown());
        }
        let wakeup = self.session.next_wakeup().map(millis);
        let after = self.session.view();
        let now = self.clock.shown();
        let moment = Moment { now, input: &input, effects: &effects, before, after, wakeup };
        self.invariants.check_all(&moment, &self.server);
        self.keep_trace(&input, &effects);
        for effect in effects {
            self.carry_out(effect);
        }
        self.expect_nothing(Input::Wake, "an_early_wake_does_nothing");
        self.run_due_tasks();
    }

    fn keep_trace(&mut self, input: &Input, effects: &[Effect]) {
        let Some(trace) = &mut self.trace else { return };
        let shown = format!("{input:?} -> {effects:?}\n");
        self.invariants.keeps_secrets(&shown);
        self.invariants.keeps_secrets(&format!("{:?}", self.session));
        trace.push_str(&format!("{:?} {shown}", self.clock.shown()));
    }

    /// Gives an input that must have no effect.
    fn expect_nothing(&mut self, input: Input, invariant: &'static str) {
        let before = self.session.next_wakeup();
        let shown = format!("{input:?}");
        let effects = self.session.handle(self.clock.now(), input);
        let same = effects.is_empty() && self.session.next_wakeup() == before;
        self.invariants.check(same, invariant, || format!("{shown} led to {effects:?}"));
    }

    /// Repeats inputs that the session has had, and adds some that it did not ask for.
    pub fn replay_old_inputs(&mut self) {
        let invariant = "late_and_unrequested_inputs_are_ignored";
        for (id, result) in self.past_results.clone().into_iter().rev().take(2) {
            self.expect_nothing(Input::ExchangeEnded(id, result), invariant);
        }
        for write in self.past_writes.clone().into_iter().rev().take(2) {
            self.expect_nothing(Input::Stored(write, false), invariant);
        }
        self.expect_nothing(Input::Cancel(CallId(u32::MAX)), invariant);
        for read in self.past_reads.clone().into_iter().rev().take(2) {
            let loaded = self.disk.read();
            self.expect_nothing(Input::Loaded(read, loaded), invariant);
        }
        for message in foreign_messages(self.disk.record()) {
            self.expect_nothing(Input::Message(message), "a_foreign_message_changes_nothing");
        }
    }

    fn carry_out(&mut self, effect: Effect) {
        match effect {
            Effect::Load(read) => self.read(read, 0),
            Effect::Lock(read, _) => self.read(read, self.lock_delay),
            Effect::Unlock(read) => {
                self.scheduled
                    .retain(|scheduled| !matches!(scheduled.task, Task::Read(wanted) if wanted == read));
            }
            Effect::Broadcast(_) => self.coverage.messages += 1,
            Effect::ForgetPeers(_) => {}
            Effect::Store(write, record) => {
                let at = (self.clock.real + self.disk.delay).max(self.disk.busy_until);
                self.disk.busy_until = at;
                self.later(at - self.clock.real, Task::Write(write, record));
            }
            Effect::SetAside(record) => self.disk.aside.push(record),
            Effect::Forget(write) => self.carry_out(Effect::Store(write, None)),
            Effect::Send(id, request) => self.send(id, &request),
            Effect::Abort(_) => {
                self.aborts += 1;
                self.coverage.aborted += 1;
            }
            Effect::Reply(id, result) => {
                self.coverage.reply(&result);
                self.replies.push((id, result));
            }
            Effect::Emit(event) => {
                self.coverage.event(&event);
                self.events.push(event);
            }
        }
    }

    fn send(&mut self, id: ExchangeId, request: &Request) {
        let form = Form::of(request);
        self.coverage.exchanges += 1;
        self.requests.push(form.clone());
        self.later(self.latency / 2, Task::Request(id, form));
    }

    /// A read waits for earlier writes.
    fn read(&mut self, read: ReadId, wait: i64) {
        let at = (self.clock.real + wait + self.disk.delay).max(self.disk.busy_until);
        self.later(at - self.clock.real, Task::Read(read));
    }

    fn later(&mut self, delay: i64, task: Task) {
        self.scheduled.push(Scheduled { at: self.clock.real + delay, page: self.page, task });
    }

    fn next_due(&self) -> Option<usize> {
        (0..self.scheduled.len()).min_by_key(|at| self.scheduled[*at].at)
    }

    fn run_due_tasks(&mut self) {
        while let Some(at) = self.next_due().filter(|at| self.scheduled[*at].at <= self.clock.real) {
            let scheduled = self.scheduled.remove(at);
            self.run_task(scheduled);
        }
    }

    fn run_task(&mut self, scheduled: Scheduled) {
        let here = scheduled.page == self.page;
        match scheduled.task {
            Task::Request(id, form) => {
                self.server.now = self.clock.real;
                if let Some(result) = self.server.take(&form) {
                    let at = scheduled.at + self.latency / 2;
                    self.scheduled.push(Scheduled {
                        at,
                        page: scheduled.page,
                        task: Task::Response(id, result),
                    });
                }
            }
            Task::Response(id, result) if here => {
                self.coverage.exchange_result(&result);
                self.past_results.push((id, result.clone()));
                self.handle(Input::ExchangeEnded(id, result));
            }
            Task::Read(read) if here => {
                let loaded = self.disk.read();
                self.past_reads.push(read);
                self.handle(Input::Loaded(read, loaded));
            }
            Task::Write(write, record) => {
                let done = self.disk.write(record);
                if let Some(done) = done.filter(|_| here) {
                    self.coverage.failed_writes += u64::from(!done);
                    self.past_writes.push(write);
                    self.handle(Input::Stored(write, done));
                }
            }
            Task::Response(..) => self.coverage.lost_with_the_page += 1,
            Task::Read(_) => {}
        }
    }

    /// Lets time pass, and runs every task and timer that becomes due.
    pub fn pass(&mut self, span: i64) {
        let end = self.clock.real + span;
        for _ in 0..200_000 {
            self.run_due_tasks();
            let timer = self.timer();
            let due = self.next_due().map(|at| self.scheduled[at].at);
            let Some(at) = [timer, due].into_iter().flatten().min().filter(|at| *at <= end) else {
                return self.clock.pass(end - self.clock.real);
            };
            self.clock.pass((at - self.clock.real).max(0));
            if due.is_none_or(|due| timer.is_some_and(|timer| timer < due)) {
                self.handle(Input::Wake);
            }
        }
        self.invariants.check(false, "tasks_end", || String::from("the tasks never end"));
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

    /// The machine sleeps: no task runs before it wakes.
    pub fn sleep(&mut self, span: i64) {
        self.clock.sleep(span);
        self.coverage.sleeps += 1;
    }

    /// The recording of the page replays to the same effects, and has no secret.
    #[cfg(feature = "recorder")]
    pub fn check_recording(&mut self) {
        let problem = crate::recordings::problem(&self.session);
        self.invariants.check(problem.is_none(), "a_recording_replays", || problem.unwrap_or_default());
    }

    /// The page ends and the next one starts. Writes under way are lost unless they `land`.
    pub fn reload(&mut self, lands: bool) {
        self.scheduled.retain(|scheduled| match scheduled.task {
            Task::Request(..) | Task::Response(..) => true,
            Task::Read(_) => false,
            Task::Write(..) => lands,
        });
        #[cfg(feature = "recorder")]
        self.check_recording();
        self.page += 1;
        self.clock.restart();
        self.seed = self.seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(1);
        self.session = Session::new(self.config.clone(), self.seed);
        self.front = self.front.take().map(|_| Front::default());
        self.past_results.clear();
        self.past_writes.clear();
        self.past_reads.clear();
        self.invariants.reloaded();
        self.coverage.reloads += 1;
    }

    pub fn is_waiting(&self, id: CallId) -> bool {
        self.invariants.is_waiting(id)
    }

    pub fn reply_to(&self, id: CallId) -> Option<&Result<Reply, Error>> {
        self.replies.iter().rev().find(|(call, _)| *call == id).map(|(_, result)| result)
    }
}
