//! The driver: the only loop. It passes an input to the core, carries out the effects, and passes
//! their results to the core as further inputs.

use std::cell::{Cell, OnceCell, RefCell};
use std::rc::{Rc, Weak};

use js_sys::{Array, Function, Promise};
use wasm_bindgen::prelude::*;
use web_sys::AbortSignal;

use super::events;
use super::host::SignalListener;
use super::in_flight::InFlight;
use super::missing_features::MissingFeatures;
use super::options::Parts;
use super::peers::Peers;
use super::pending::{Pending, ToValue};
use super::published::Published;
use super::storage::{self, Change, MaybeAsync, Storage, Stored};
use super::task::{OnSettled, Operation, spawn};
use super::timer::Timer;
use super::to_js::{self, Given};
use super::{clock, fetch, host, lock};
use crate::core::call::Command;
use crate::core::config::Config;
use crate::core::error::{Code, Error};
use crate::core::event::SessionView;
use crate::core::grant::Request;
use crate::core::ids::{CallId, ExchangeId, ReadId, WriteId};
use crate::core::io::{Effect, Input};
use crate::core::members::Members;
use crate::core::session::Session;
use crate::core::time::{Millis, Now, Timestamp};

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
    /// Whether the timer was set while calls were pending.
    timer_is_awaited: Cell<bool>,
    /// What is given to JavaScript.
    pub given: Given,
    published: RefCell<Published>,
    signals: RefCell<Option<SignalListener>>,
}

impl Driver {
    /// A driver that has done nothing yet: no I/O, no timer, no random numbers.
    pub fn new(parts: Parts, given: Given) -> Rc<Driver> {
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
            timer_is_awaited: Cell::new(false),
            given,
            published: RefCell::default(),
            signals: RefCell::default(),
        })
    }

    /// Makes a call, unless its signal is aborted already. Its caller has waited for this long before it came here.
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
            pending.settle(&Err(Error::new(Code::Aborted)), &self.given);
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

    /// Has the core look at the time, and at the storage if it was not read before.
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

    /// Stops everything except an exchange in flight, whose tokens are still stored.
    pub fn dispose(&self) {
        self.is_disposed.set(true);
        self.handle(Input::Dispose);
        let signals = self.signals.take();
        drop(signals);
        if let Some(peers) = self.peers.get() {
            peers.close();
        }
    }

    fn session(&self) -> &RefCell<Session> {
        // Before the cell is borrowed: an application may have replaced `Math.random`, and call the client in it.
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
            // Before the borrow: an application may have replaced `Date.now` too, and call the client in it.
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
        let keep_alive = self.this.upgrade().filter(|_| !self.pending_calls.borrow().is_empty());
        drop(self.keep_alive.replace(keep_alive));
    }

    /// Tells the front what the core has decided, unless the front knows it already.
    fn publish(&self, now: Now) {
        let (session, lease) = {
            let session = self.session().borrow();
            if session.is_restoring() {
                return;
            }
            (session.view(), session.lease(now))
        };
        if self.published.borrow_mut().update(session.as_ref(), lease.as_ref()) {
            to_js::publish(session.as_ref(), lease.as_ref(), &self.given);
        }
    }

    /// Takes the lease from the front: until the core has decided anew, each call goes to the core.
    fn withhold_lease(&self) {
        let session = self.published.borrow_mut().withhold();
        if let Some(session) = session {
            to_js::publish(Some(&session), None, &self.given);
        }
    }

    fn next_input(&self) -> Option<Input> {
        let mut inbox = self.inbox.borrow_mut();
        (!inbox.is_empty()).then(|| inbox.remove(0))
    }

    fn perform(&self, effect: Effect) {
        match effect {
            Effect::Load(read) => self.load(read),
            Effect::Lock(read, name) => self.lock(read, &name),
            Effect::Unlock(read) => call_and_remove(&self.releases, read),
            Effect::Broadcast(message) => {
                if let Some(peers) = self.peers.get() {
                    peers.broadcast(&message);
                }
            }
            Effect::ForgetPeers(pages) => {
                if let Some(peers) = self.peers.get() {
                    peers.forget(&pages);
                }
            }
            Effect::Store(write, record) => {
                self.store(write, record.as_ref().map_or(Change::SignOut, Change::Write))
            }
            Effect::Forget(write) => self.store(write, Change::End),
            Effect::SetAside(record) => self.set_aside(&record),
            Effect::Send(exchange, request) => self.send(exchange, &request),
            Effect::Abort(exchange) => call_and_remove(&self.aborts, exchange),
            Effect::Reply(call, result) => {
                let pending = self.pending_calls.borrow_mut().remove(call);
                if let Some(pending) = pending {
                    pending.settle(&result, &self.given);
                }
            }
            // A listener to an earlier event of these effects may have disposed of the client.
            Effect::Emit(event) => {
                if !self.is_disposed.get() {
                    events::report(&event, &self.given);
                }
            }
        }
    }

    fn load(&self, read: ReadId) {
        match self.storage.load(self.config.storage_key()) {
            MaybeAsync::Ready(loaded) => self.handle(Input::Loaded(read, loaded)),
            MaybeAsync::Pending(loading) => self.watch(loading, Operation::Load(read)),
        }
    }

    fn lock(&self, read: ReadId, name: &str) {
        let requested =
            lock::request(name, self.storage.custom(), self.uses_web_locks.get(), self.peers.get());
        let Some((acquired, release)) = requested else { return self.load(read) };
        self.releases.borrow_mut().add(read, release);
        self.watch(acquired, Operation::Lock(read));
    }

    fn store(&self, write: WriteId, change: Change<'_>) {
        let has_record = matches!(change, Change::Write(_));
        match self.storage.store(self.config.storage_key(), change) {
            MaybeAsync::Ready(stored) => self.stored(write, has_record, stored),
            MaybeAsync::Pending(storing) => self.watch(storing, Operation::Store { write, has_record }),
        }
    }

    /// The core does not wait for this write. The next one does, and goes on if this one fails.
    fn set_aside(&self, record: &Members) {
        let stored = self.storage.store(&self.config.set_aside_key(), Change::Write(record));
        drop(stored);
    }

    /// Only a write of a record tells whether the storage works: one that is full can still remove.
    fn stored(&self, write: WriteId, has_record: bool, stored: Stored) {
        if has_record {
            self.missing.set("storage", matches!(stored, Stored::Failed));
        }
        self.handle(match stored {
            Stored::Refused if has_record => Input::Refused(write),
            Stored::Done | Stored::Refused => Input::Stored(write, true),
            Stored::Failed => Input::Stored(write, false),
        });
    }

    fn send(&self, exchange: ExchangeId, request: &Request) {
        let (sending, abort) =
            fetch::exchange(self.own_fetch.as_ref(), request, !self.pending_calls.borrow().is_empty());
        self.aborts.borrow_mut().add(exchange, abort);
        self.watch(sending, Operation::Exchange(exchange));
    }

    /// Watches an operation until its promise is settled.
    fn watch(&self, promise: Promise, operation: Operation) {
        if let Some(wait_until) = &self.wait_until {
            // If `waitUntil` throws, the operation may end with the request. Nothing here can prevent that.
            let _ = wait_until.call1(&JsValue::UNDEFINED, &host::settled(&promise));
        }
        if let Some(driver) = self.this.upgrade() {
            spawn(driver, &promise, operation);
        }
        self.operations.borrow_mut().add(operation, promise);
    }

    /// Attaches the running operations to the caller's request through `waitUntil`. In a Worker, a
    /// promise belongs to the request that created it, and would end with that request.
    fn rejoin_operations(&self) {
        if self.wait_until.is_some() {
            for (operation, promise) in self.operations.take() {
                self.watch(promise, operation);
            }
        }
    }

    /// `outcome` is false once the lock is held. It is true if the storage's `withLock` returned without running
    /// the task: then the record has to be read again before the lock is requested again. It is a text if the browser
    /// refuses locks.
    fn lock_settled(&self, read: ReadId, outcome: &JsValue) {
        if outcome.is_string() {
            self.uses_web_locks.set(false);
            self.missing.set("locks", true);
            self.handle(Input::LockRefused(read));
        } else if !outcome.is_truthy() {
            if let Some(peers) = self.peers.get() {
                self.handle(Input::Peers(peers.others()));
            }
            self.load(read);
        } else if self.releases.borrow_mut().remove(read).is_some() {
            // The core reads the storage, as when the page is shown again.
            self.handle(Input::Shown);
        }
    }

    fn schedule_wakeup(&self) {
        let at = self.session().borrow().next_wakeup();
        let is_awaited = !self.pending_calls.borrow().is_empty();
        if self.timer_is_awaited.replace(is_awaited) != is_awaited {
            self.timer.stop();
        }
        if is_awaited {
            self.set_timer(at);
        } else if !self.timer.is_set_to(at) {
            let this = self.this.clone();
            let set = Closure::<dyn Fn(JsValue)>::new(move |_| {
                if let Some(driver) = this.upgrade() {
                    driver.set_timer(at);
                }
            });
            host::outside_zones(set.as_ref());
        }
    }

    fn set_timer(&self, at: Option<Timestamp>) {
        let this = self.this.clone();
        self.timer.set(at, move || {
            if let Some(driver) = this.upgrade() {
                driver.timer.stop();
                driver.handle(Input::Wake);
            }
        });
    }

    /// Listens to the page and its peers, from the first call on.
    fn listen(&self) {
        if self.signals.borrow().is_none() && !self.is_disposed.get() {
            if self.has_peers {
                let this = self.this.clone();
                let receive = move |message| handle_if_alive(&this, Input::Message(message));
                let this = self.this.clone();
                let report = move |pages, is_cleared| {
                    handle_if_alive(&this, Input::Peers(pages));
                    if is_cleared {
                        handle_if_alive(&this, Input::StorageCleared);
                    }
                };
                let name = self.config.storage_key();
                let register = self.given.front.register(name, &self.config.owner());
                self.peers.get_or_init(|| Peers::new((name, &register), receive, report, &self.missing));
            }
            let this = self.this.clone();
            let signals = SignalListener::new(move |signal| {
                if let Some(driver) = this.upgrade() {
                    driver.on_signal(signal);
                }
            });
            self.signals.replace(Some(signals));
        }
    }

    /// A page in the back/forward cache does not receive messages. When it is shown, the core asks for
    /// the ones that it missed.
    fn on_signal(&self, signal: Input) {
        if let Some(peers) = self.peers.get() {
            if matches!(signal, Input::Shown | Input::Activated) {
                peers.open();
            } else if matches!(signal, Input::Hidden) {
                peers.close();
            } else {
                peers.stay();
            }
        }
        self.handle(signal);
    }

    /// The features that this host is missing.
    pub fn missing_features(&self) -> Array {
        self.missing.names()
    }
}

impl OnSettled for Driver {
    fn settled(&self, operation: Operation, result: Result<JsValue, JsValue>) {
        // An operation that several requests of a Worker wait for is reported by the first.
        let watched = self.operations.borrow_mut().remove(operation);
        if watched.is_none() {
            return;
        }
        match operation {
            Operation::Load(read) => self.handle(Input::Loaded(read, storage::loaded(result))),
            Operation::Lock(read) => self.lock_settled(read, &result.unwrap_or_default()),
            Operation::Store { write, has_record } => {
                self.stored(write, has_record, storage::stored(&result))
            }
            Operation::Exchange(exchange) => {
                let abort = self.aborts.borrow_mut().remove(exchange);
                drop(abort);
                self.given.set_failure(fetch::failure(&result));
                self.handle(Input::ExchangeEnded(exchange, fetch::result(result)));
            }
        }
    }
}

fn call_and_remove<K: Copy + PartialEq>(functions: &RefCell<InFlight<K, Function>>, id: K) {
    let function = functions.borrow_mut().remove(id);
    if let Some(function) = function {
        // Cannot throw: it aborts a signal of ours, or settles a promise.
        let _ = function.call0(&JsValue::UNDEFINED);
    }
}

fn handle_if_alive(driver: &Weak<Driver>, input: Input) {
    if let Some(driver) = driver.upgrade() {
        driver.handle(input);
    }
}
