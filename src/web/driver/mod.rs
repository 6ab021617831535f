//! The driver: the only loop. It passes an input to the core, carries out the effects, and passes
//! their results to the core as further inputs.

mod effects;
mod locks;
mod operations;
mod publication;
mod signals;
mod wakeup;

use std::cell::{Cell, OnceCell, RefCell};
use std::rc::{Rc, Weak};

use js_sys::{Array, Function, Promise};
use web_sys::AbortSignal;

use super::clock;
use super::host::SignalListener;
use super::in_flight::InFlight;
use super::missing_features::MissingFeatures;
use super::options::Parts;
use super::peers::Peers;
use super::pending::{Pending, ToValue};
use super::published::Published;
use super::storage::Storage;
use super::task::Operation;
use super::timer::Timer;
use super::to_js::JsContext;
use crate::core::call::Command;
use crate::core::config::Config;
use crate::core::error::{Code, Error};
use crate::core::event::SessionView;
use crate::core::ids::{CallId, ExchangeId, ReadId};
use crate::core::io::Input;
#[cfg(not(feature = "recorder"))]
use crate::core::session::Session;
use crate::core::time::Millis;
#[cfg(feature = "recorder")]
use crate::recorder::Session;

/// One client's session, and its connections to the host.
#[derive(Debug)]
pub struct Driver {
    this: Weak<Driver>,
    config: Rc<Config>,
    session: OnceCell<RefCell<Session>>,
    storage: Storage,
    own_fetch: Option<Function>,
    wait_until: Option<Function>,
    inbox: RefCell<Vec<Input>>,
    is_handling: Cell<bool>,
    is_disposed: Cell<bool>,
    last_call: Cell<u32>,
    pending_calls: RefCell<InFlight<CallId, Pending>>,
    /// Keeps the driver alive while calls are pending, even if JavaScript drops the client.
    keep_alive: RefCell<Option<Rc<Driver>>>,
    operations: RefCell<InFlight<Operation, Promise>>,
    /// The functions that abort exchanges.
    aborts: RefCell<InFlight<ExchangeId, Function>>,
    /// The other pages, from the first call on.
    peers: OnceCell<Peers>,
    has_peers: bool,
    /// Whether exchanges take a Web Lock.
    uses_web_locks: Cell<bool>,
    /// The functions that release locks.
    releases: RefCell<InFlight<ReadId, Function>>,
    /// The features that this host is missing.
    missing: MissingFeatures,
    timer: Timer,
    /// Whether calls were pending when the timer was set.
    had_pending_calls: Cell<bool>,
    /// What replies and errors in JavaScript are made with.
    pub context: JsContext,
    published: RefCell<Published>,
    is_listening: Cell<bool>,
    signals: RefCell<Option<SignalListener>>,
}

impl Driver {
    /// A driver that has done nothing yet: no I/O, no timer, no random numbers.
    pub fn new(parts: Parts, context: JsContext) -> Rc<Driver> {
        Rc::new_cyclic(|this| Driver {
            this: this.clone(),
            config: parts.config,
            session: OnceCell::new(),
            storage: parts.storage,
            own_fetch: parts.fetch,
            wait_until: parts.wait_until,
            inbox: RefCell::default(),
            is_handling: Cell::new(false),
            is_disposed: Cell::new(false),
            last_call: Cell::new(0),
            pending_calls: RefCell::default(),
            keep_alive: RefCell::default(),
            operations: RefCell::default(),
            aborts: RefCell::default(),
            peers: OnceCell::new(),
            has_peers: parts.has_peers,
            uses_web_locks: Cell::new(parts.uses_web_locks),
            releases: RefCell::default(),
            missing: parts.missing,
            timer: Timer::default(),
            had_pending_calls: Cell::new(false),
            context,
            published: RefCell::default(),
            is_listening: Cell::new(false),
            signals: RefCell::default(),
        })
    }

    /// Makes a call, unless its signal is aborted already. `waited`: how long the caller has waited for the core.
    pub fn call(
        &self,
        command: Command,
        signal: Option<&AbortSignal>,
        waited: Millis,
        to_value: ToValue,
    ) -> Promise {
        let (id, this) = (self.next_call_id(), self.this.clone());
        let cancel = move || handle_if_alive(&this, Input::Cancel(id));
        let (promise, pending) = Pending::new(to_value, signal, cancel);
        if signal.is_some_and(AbortSignal::aborted) {
            pending.settle(&Err(Error::new(Code::Aborted)), &self.context);
        } else {
            self.rejoin_operations();
            self.pending_calls.borrow_mut().add(id, pending);
            self.start_call(id, command);
            if waited > Millis::ZERO {
                self.handle(Input::Waited(id, waited));
            }
        }
        promise
    }

    /// Has the core check the time, and read the storage if it was not read before.
    pub fn read(&self) {
        self.start_call(self.next_call_id(), Command::Session);
    }

    fn start_call(&self, id: CallId, command: Command) {
        self.listen();
        self.handle(Input::Call(id, command));
    }

    fn next_call_id(&self) -> CallId {
        let id = CallId(self.last_call.get().wrapping_add(1));
        self.last_call.set(id.0);
        id
    }

    /// The session, as far as it has been read.
    pub fn view(&self) -> Option<SessionView> {
        self.session().borrow().view()
    }

    /// The recording of the session.
    #[cfg(feature = "recorder")]
    pub fn recording(&self) -> String {
        self.session().borrow().recording()
    }

    /// The core's part of the options.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Whether the token may be sent to this origin.
    pub fn allows(&self, origin: &str) -> bool {
        self.config.allows(origin)
    }

    /// The application's `fetch`.
    pub fn own_fetch(&self) -> Option<&Function> {
        self.own_fetch.as_ref()
    }

    /// Stops everything but an exchange that is under way: its tokens are still stored.
    pub fn dispose(&self) {
        self.is_disposed.set(true);
        self.handle(Input::Dispose);
        self.stop_listening();
    }

    fn session(&self) -> &RefCell<Session> {
        // Before the cell is borrowed: a `Math.random` that the application has replaced may call the client.
        let seed = self.session.get().map_or_else(clock::seed, |_| 0);
        self.session.get_or_init(|| RefCell::new(Session::new(Rc::clone(&self.config), seed)))
    }

    /// Passes an input to the core. An input that comes while effects are carried out waits until they are done.
    pub fn handle(&self, input: Input) {
        self.inbox.borrow_mut().push(input);
        if self.is_handling.replace(true) {
            // The input may change what the front gives out: a listener may sign out, and then ask for a token.
            self.withhold_lease();
            return;
        }
        while let Some(input) = self.next_input() {
            // Before the borrow: a `Date.now` that the application has replaced may call the client, too.
            let now = clock::now();
            let effects = self.session().borrow_mut().handle(now, input);
            // Before the effects: a listener may ask the front.
            self.publish(now);
            for effect in effects {
                self.perform(effect);
            }
        }
        self.is_handling.set(false);
        self.schedule_wakeup();
        let keep_alive = self.this.upgrade().filter(|_| self.has_pending_calls());
        drop(self.keep_alive.replace(keep_alive));
    }

    /// In a function, so that the borrow ends before JavaScript runs. In an argument, it would last until the call has ended.
    fn has_pending_calls(&self) -> bool {
        !self.pending_calls.borrow().is_empty()
    }

    fn next_input(&self) -> Option<Input> {
        let mut inbox = self.inbox.borrow_mut();
        (!inbox.is_empty()).then(|| inbox.remove(0))
    }

    /// The features that this host is missing.
    pub fn missing_features(&self) -> Array {
        self.missing.names()
    }
}

fn handle_if_alive(driver: &Weak<Driver>, input: Input) {
    if let Some(driver) = driver.upgrade() {
        driver.handle(input);
    }
}
