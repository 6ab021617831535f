//! The driver: the only loop. An input goes into the core, its effects are carried out, and what
//! they lead to goes in as the next input.

use std::cell::{Cell, OnceCell, RefCell};
use std::rc::{Rc, Weak};

use js_sys::{Array, Function, Promise};
use wasm_bindgen::prelude::*;
use web_sys::AbortSignal;

use super::events::Events;
use super::host::Listening;
use super::options::Parts;
use super::pending::{AsValue, Pending};
use super::register::Register;
use super::siblings::{self, Siblings};
use super::storage::{self, Asked, Storage};
use super::timer::Timer;
use super::waiting::{Awaited, wait};
use super::{clock, fetch, host};
use crate::core::call::Command;
use crate::core::config::Config;
use crate::core::error::{Code, Error};
use crate::core::event::SessionView;
use crate::core::grant::Request;
use crate::core::ids::CallId;
use crate::core::ids::{ExchangeId, ReadId, WriteId};
use crate::core::io::{Effect, Input};
use crate::core::members::Members;
use crate::core::session::Session;

/// One client's session, and all that it is connected to.
#[derive(Debug)]
pub struct Driver {
    this: Weak<Driver>,
    config: Rc<Config>,
    session: OnceCell<RefCell<Session>>,
    storage: Storage,
    fetch: Option<Function>,
    wait_until: Option<Function>,
    /// The application's listeners.
    pub events: Events,
    inbox: RefCell<Vec<Input>>,
    busy: Cell<bool>,
    disposed: Cell<bool>,
    last_call: Cell<u32>,
    waiting: RefCell<Register<CallId, Pending>>,
    /// Itself while somebody waits, for nobody else may hold it by then.
    awaited: RefCell<Option<Rc<Driver>>>,
    following: RefCell<Register<Awaited, Promise>>,
    exchanges: RefCell<Register<ExchangeId, Function>>,
    /// The other pages, from the first call on.
    siblings: OnceCell<Siblings>,
    shares: bool,
    /// Whether the host's locks keep pages apart.
    uses_locks: bool,
    locks: RefCell<Register<ReadId, Function>>,
    /// What the host does not give, and whether the last write failed.
    lacks: Array,
    unwritten: Cell<bool>,
    timer: Timer,
    signals: RefCell<Option<Listening>>,
}

impl Driver {
    /// A driver that has done nothing yet: no I/O, no timer, no randomness.
    pub fn new(parts: Parts) -> Rc<Driver> {
        Rc::new_cyclic(|this| Driver {
            this: this.clone(),
            config: parts.config,
            session: OnceCell::new(),
            storage: parts.storage,
            fetch: parts.fetch,
            wait_until: parts.wait_until,
            events: Events::default(),
            inbox: RefCell::default(),
            busy: Cell::new(false),
            disposed: Cell::new(false),
            last_call: Cell::new(0),
            waiting: RefCell::default(),
            awaited: RefCell::default(),
            following: RefCell::default(),
            exchanges: RefCell::default(),
            siblings: OnceCell::new(),
            shares: parts.shares,
            uses_locks: parts.uses_locks,
            locks: RefCell::default(),
            lacks: parts.lacks,
            unwritten: Cell::new(false),
            timer: Timer::default(),
            signals: RefCell::default(),
        })
    }

    /// Asks the core, unless the signal says that nobody waits.
    pub fn call(&self, ask: Command, signal: Option<&AbortSignal>, as_value: AsValue) -> Promise {
        let (id, this) = (self.next_call(), self.this.clone());
        let (promise, pending) = Pending::new(as_value, signal, move || tell(&this, Input::Cancel(id)));
        if signal.is_some_and(AbortSignal::aborted) {
            pending.settle(&Err(Error::new(Code::Aborted)));
        } else {
            self.follow_on();
            self.waiting.borrow_mut().add(id, pending);
            self.ask(id, ask);
        }
        promise
    }

    /// Has the storage read, if it can be read at once.
    pub fn read(&self) {
        self.ask(self.next_call(), Command::Session);
    }

    fn ask(&self, id: CallId, ask: Command) {
        self.listen();
        self.handle(Input::Call(id, ask));
    }

    fn next_call(&self) -> CallId {
        let id = CallId(self.last_call.get().wrapping_add(1));
        self.last_call.set(id.0);
        id
    }

    /// The session as far as it was read.
    pub fn view(&self) -> Option<SessionView> {
        self.session().borrow().view()
    }

    /// Whether the token may go to this origin.
    pub fn allows(&self, origin: &str) -> bool {
        self.config.allows(origin)
    }

    /// The application's `fetch`.
    pub fn own_fetch(&self) -> Option<&Function> {
        self.fetch.as_ref()
    }

    /// Stops everything but an exchange that is under way: its tokens are still stored.
    pub fn dispose(&self) {
        self.disposed.set(true);
        self.handle(Input::Dispose);
        let signals = self.signals.take();
        drop(signals);
        if let Some(siblings) = self.siblings.get() {
            siblings.listen(false);
        }
    }

    fn session(&self) -> &RefCell<Session> {
        self.session.get_or_init(|| RefCell::new(Session::new(Rc::clone(&self.config), clock::seed())))
    }

    /// Takes in what happened. What happens while effects are carried out waits for its turn.
    pub fn handle(&self, input: Input) {
        self.inbox.borrow_mut().push(input);
        if self.busy.replace(true) {
            return;
        }
        while let Some(input) = self.next_input() {
            let effects = self.session().borrow_mut().handle(clock::now(), input);
            for effect in effects {
                self.perform(effect);
            }
        }
        self.busy.set(false);
        self.arm();
        let awaited = self.this.upgrade().filter(|_| !self.waiting.borrow().is_empty());
        drop(self.awaited.replace(awaited));
    }

    fn next_input(&self) -> Option<Input> {
        let mut inbox = self.inbox.borrow_mut();
        (!inbox.is_empty()).then(|| inbox.remove(0))
    }

    fn perform(&self, effect: Effect) {
        match effect {
            Effect::Load(read) => self.load(read),
            Effect::Lock(read, name) => self.lock(read, &name),
            Effect::Unlock(read) => call(&self.locks, read),
            Effect::Broadcast(message) => {
                if let Some(siblings) = self.siblings.get() {
                    siblings.tell(&message);
                }
            }
            Effect::Store(write, record) => self.store(write, record.as_ref()),
            Effect::Send(exchange, request) => self.send(exchange, &request),
            Effect::Abort(exchange) => call(&self.exchanges, exchange),
            Effect::Reply(call, answer) => {
                let pending = self.waiting.borrow_mut().remove(call);
                if let Some(pending) = pending {
                    pending.settle(&answer);
                }
            }
            // A listener to an event of the same step may have disposed of the client.
            Effect::Emit(event) => {
                if !self.disposed.get() {
                    self.events.emit(&event);
                }
            }
        }
    }

    fn load(&self, read: ReadId) {
        match self.storage.load(self.config.storage_key()) {
            Asked::Now(loaded) => self.handle(Input::Loaded(read, loaded)),
            Asked::Later(loading) => self.follow(loading, Awaited::Load(read)),
        }
    }

    fn lock(&self, read: ReadId, name: &str) {
        let asked = siblings::ask_for_lock(name, self.storage.own(), self.uses_locks, self.siblings.get());
        let Some((held, release)) = asked else { return self.load(read) };
        self.locks.borrow_mut().add(read, release);
        self.follow(held, Awaited::Lock(read));
    }

    fn store(&self, write: WriteId, record: Option<&Members>) {
        let keeps = record.is_some();
        match self.storage.store(self.config.storage_key(), record) {
            Asked::Now(stored) => self.stored(write, keeps, stored),
            Asked::Later(storing) => self.follow(storing, Awaited::Store { write, keeps }),
        }
    }

    /// A full storage still removes: that says nothing of what it keeps.
    fn stored(&self, write: WriteId, keeps: bool, stored: bool) {
        if keeps {
            self.unwritten.set(!stored);
        }
        self.handle(Input::Stored(write, stored));
    }

    fn send(&self, exchange: ExchangeId, request: &Request) {
        let (sending, abort) = fetch::exchange(self.fetch.as_ref(), request);
        self.exchanges.borrow_mut().add(exchange, abort);
        self.follow(sending, Awaited::Response(exchange));
    }

    /// Waits for what takes time.
    fn follow(&self, promise: Promise, awaited: Awaited) {
        if let Some(wait_until) = &self.wait_until {
            // A Worker's own business if it refuses.
            let _ = wait_until.call1(&JsValue::UNDEFINED, &host::end(&promise));
        }
        self.following.borrow_mut().add(awaited, promise.clone());
        if let Some(driver) = self.this.upgrade() {
            wait(driver, promise, awaited);
        }
    }

    /// Has the caller's request wait, too, for what another has begun: where a host tells requests
    /// apart, what one of them waits for ends with it, and the others hear of that.
    fn follow_on(&self) {
        if self.wait_until.is_some() {
            for (awaited, promise) in self.following.take() {
                self.follow(promise, awaited);
            }
        }
    }

    /// Tells the core how what took time has ended, as the first has heard it.
    pub fn ended(&self, awaited: Awaited, end: Result<JsValue, JsValue>) {
        let followed = self.following.borrow_mut().remove(awaited);
        if followed.is_none() {
            return;
        }
        match awaited {
            Awaited::Load(read) => self.handle(Input::Loaded(read, storage::loaded(end))),
            Awaited::Lock(read) => self.let_in(read, &end.unwrap_or_default()),
            Awaited::Store { write, keeps } => self.stored(write, keeps, end.is_ok()),
            Awaited::Response(exchange) => {
                let done = self.exchanges.borrow_mut().remove(exchange);
                drop(done);
                self.handle(Input::ExchangeEnded(exchange, fetch::outcome(end)));
            }
        }
    }

    /// The lock is held, or there is none; or it is not needed yet, for the record has `changed`.
    fn let_in(&self, read: ReadId, changed: &JsValue) {
        if !changed.is_truthy() {
            self.load(read);
        } else if self.locks.borrow_mut().remove(read).is_some() {
            self.handle(Input::Shown);
        }
    }

    fn arm(&self) {
        let at = self.session().borrow().next_wakeup();
        let this = self.this.clone();
        self.timer.arm(at, move || {
            if let Some(driver) = this.upgrade() {
                driver.timer.fired();
                driver.handle(Input::Wake);
            }
        });
    }

    /// Listens to the page from the first call on.
    fn listen(&self) {
        if self.signals.borrow().is_none() && !self.disposed.get() {
            if self.shares {
                let this = self.this.clone();
                let heard = move |message| tell(&this, Input::Message(message));
                self.siblings.get_or_init(|| Siblings::new(self.config.storage_key(), heard));
            }
            let this = self.this.clone();
            let signals = Listening::to_signals(move |signal| {
                if let Some(driver) = this.upgrade() {
                    driver.heard(signal);
                }
            });
            self.signals.replace(Some(signals));
        }
    }

    /// What the page tells. While it is put aside it does not listen: what it misses, it asks for.
    fn heard(&self, signal: Input) {
        let listens = matches!(signal, Input::Shown);
        if let Some(siblings) = self.siblings.get().filter(|_| listens || matches!(signal, Input::Hidden)) {
            siblings.listen(listens);
        }
        self.handle(signal);
    }

    /// What the host does not give.
    pub fn lacks(&self) -> Array {
        host::lacks(&self.lacks, self.unwritten.get())
    }
}

/// Ends what is under way by this name.
fn call<K: Copy + PartialEq>(register: &RefCell<Register<K, Function>>, name: K) {
    let end = register.borrow_mut().remove(name);
    if let Some(end) = end {
        // Cannot throw: it aborts a signal of ours, or settles a promise.
        let _ = end.call0(&JsValue::UNDEFINED);
    }
}

fn tell(driver: &Weak<Driver>, input: Input) {
    if let Some(driver) = driver.upgrade() {
        driver.handle(input);
    }
}
