//! The harness of one page: its host, with network, storage, clocks and server.

mod calls;
mod effects;
mod fetches;
mod past_inputs;
mod tasks;

use std::rc::Rc;

use storefront_token_client::core::call::{Command, Reply};
use storefront_token_client::core::config::Config;
use storefront_token_client::core::error::Error;
use storefront_token_client::core::event::Event;
use storefront_token_client::core::ids::CallId;
use storefront_token_client::core::io::{Effect, Input};
#[cfg(not(feature = "recorder"))]
use storefront_token_client::core::session::Session;
#[cfg(feature = "recorder")]
use storefront_token_client::recorder::Session;

use crate::api::Fetch;
use crate::clock::{Clock, millis};
use crate::coverage::Coverage;
use crate::disk::Disk;
use crate::front::Front;
use crate::invariants::{Invariants, Moment};
use crate::parse::Form;
use crate::scenario::Scenario;
use crate::server::Server;
use crate::timers::Timers;

use self::past_inputs::PastInputs;
use self::tasks::{Task, Tasks};

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
    fetches: Vec<Fetch>,
    config: Rc<Config>,
    seed: u64,
    tasks: Tasks,
    /// Which page this is: each reload makes a new one.
    page: u32,
    calls: u32,
    past: PastInputs,
}

impl Harness {
    pub fn of(scenario: &Scenario) -> Harness {
        let config = Rc::new(scenario.config());
        Harness {
            clock: Clock::new(),
            server: Server::of(scenario),
            disk: Disk::new(scenario.disk_delay, scenario.storage),
            session: Session::new(Rc::clone(&config), scenario.seed),
            front: scenario.leases.then(Front::default),
            invariants: Invariants::of(scenario),
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
            fetches: Vec::new(),
            config,
            seed: scenario.seed,
            tasks: Tasks::default(),
            page: 0,
            calls: 0,
            past: PastInputs::default(),
        }
    }

    /// Gives the session an input, checks the effects, and carries them out.
    pub fn handle(&mut self, input: Input) {
        let before = self.session.view();
        let was_restoring = self.session.is_restoring();
        let effects = self.session.handle(self.clock.now(), input.clone());
        if let Some(front) = self.front.as_mut().filter(|front| front.core_runs) {
            front.offered(self.session.lease(self.clock.now()), self.clock.shown());
        }
        let wakeup = self.session.next_wakeup().map(millis);
        let after = self.session.view();
        let now = self.clock.shown();
        let moment = Moment { now, input: &input, effects: &effects, before, after, wakeup, was_restoring };
        self.invariants.check_all(&moment, &self.server);
        self.keep_trace(&input, &effects);
        for effect in effects {
            self.carry_out(effect);
        }
        self.expect_nothing(Input::Wake, "an_early_wake_does_nothing");
        self.send_fetches();
        self.run_due_tasks();
    }

    fn keep_trace(&mut self, input: &Input, effects: &[Effect]) {
        let Some(trace) = &mut self.trace else { return };
        let shown = format!("{input:?} -> {effects:?}\n");
        self.invariants.keeps_secrets(&shown);
        self.invariants.keeps_secrets(&format!("{:?}", self.session));
        trace.push_str(&format!("{:?} {shown}", self.clock.shown()));
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
        self.tasks.retain(|task| match task {
            Task::Request(..) | Task::Response(..) => true,
            Task::Read(_) | Task::Written(..) | Task::ApiResponse(..) => false,
            Task::Write(..) => lands,
        });
        #[cfg(feature = "recorder")]
        self.check_recording();
        self.page += 1;
        self.clock.restart();
        self.seed = self.seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(1);
        self.session = Session::new(Rc::clone(&self.config), self.seed);
        self.front = self.front.take().map(|_| Front::default());
        self.fetches.clear();
        self.past = PastInputs::default();
        self.invariants.reloaded();
        self.coverage.reloads += 1;
    }
}
