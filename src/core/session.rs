//! The machine. Everything that happens to a session passes through [`Session::handle`].
//!
//! Rules for whoever edits this file:
//!
//! 1. `phase` is assigned in `go` alone.
//! 2. Each input looks at the clock: nothing relies on a wake-up having come in time.
//! 3. What a call gets is decided in `desk.rs`, when the server may be asked in `pace.rs`.

use std::mem;
use std::rc::Rc;

use super::calls::Call;
use super::config::{Config, RefreshMode};
use super::end::Confirmation;
use super::error::{Code, Error};
use super::event::{Event, Reason, SessionView};
use super::exchange::{Exchange, Storing};
use super::ids::{ReadId, WriteId};
use super::io::{Effect, Input, Loaded};
use super::lock::Locking;
use super::members::Members;
use super::pacing::{Pacing, Random, is_background_refreshable, lead};
use super::peers::EndedSession;
use super::record::{Generation, Record, SessionId};
use super::restore::Reading;
use super::time::{Lifetime, Millis, Now, Timestamp};
use super::wait::Wait;

/// What the machine is doing.
#[derive(Clone, Debug)]
pub(super) enum Phase {
    /// Nothing was asked for yet, so nothing was read.
    New,
    /// The storage is being read.
    Reading(Reading),
    /// The storage is empty, and the siblings were asked; every call waits.
    AskingPeers(Wait),
    /// No exchange is under way.
    Ready,
    /// A grant is to be sent, and the lock for that was asked for.
    Locking(Locking),
    /// A grant was sent, and its answer is not here yet.
    Exchanging(Exchange),
    /// New tokens are being written, and are nobody's before they are.
    Storing(Storing),
    /// The refresh token is said to be dead; the storage and the siblings are asked once more.
    ConfirmingRejection(Confirmation),
}

/// The session there is.
#[derive(Clone, Debug)]
pub(super) struct ActiveSession {
    pub(super) record: Rc<Record>,
    /// Which of the token sets that this client has had it is.
    pub(super) token_serial: Generation,
    /// How long before its end the token is due for a refresh.
    pub(super) lead: Millis,
    /// Whether it is in the storage, as far as is known.
    pub(super) stored: bool,
    /// Whether a 401 caused the refresh that it came from.
    pub(super) follows_rejection: bool,
}

impl ActiveSession {
    pub(super) fn can_refresh(&self) -> bool {
        self.record.tokens.refresh_token.is_some()
    }

    /// A token never becomes younger again: what the wall clock has seen pass, and the monotonic
    /// clock has not, is held against it for good. So the next wake-up, which only the monotonic
    /// clock can time, is right after sleep too.
    fn grow_older(&mut self, now: Now) {
        let tokens = &self.record.tokens;
        let age = tokens.age(now);
        if age > now.mono.since(tokens.sent.get().mono) {
            let sent = self.record.tokens.sent.get();
            self.record.tokens.sent.set(Now { mono: now.mono.before(age), ..sent });
        }
    }
}

/// One shopper's session, and all that is decided about it.
#[derive(Clone, Debug)]
pub struct Session {
    pub(super) config: Rc<Config>,
    pub(super) phase: Phase,
    pub(super) active: Option<ActiveSession>,
    pub(super) pacing: Pacing,
    /// Why the stored record cannot be used, if so.
    pub(super) unusable: Option<Error>,
    /// Why the last session ended, for the calls that were made in it.
    pub(super) ended: Option<Error>,
    /// The visitor, ended by the server, whose place the next one takes.
    pub(super) lost_guest: Option<SessionId>,
    /// Sessions that are over.
    pub(super) ended_sessions: Vec<EndedSession>,
    /// When siblings were last given time to say that they have a session.
    pub(super) peers_asked_at: Option<Timestamp>,
    /// The lock that is held, or asked for.
    pub(super) lock: Option<ReadId>,
    /// There is no network.
    pub(super) offline: bool,
    /// The page goes, and would not see an answer.
    pub(super) page_hidden: bool,
    /// Whether a sign-out that nobody waits for any longer is due when the record is read.
    pub(super) sign_out_pending: bool,
    pub(super) calls: Vec<Call>,
    pub(super) token_serial: Generation,
    pub(super) random: Random,
    ids: u32,
    pub(super) disposed: bool,
}

impl Session {
    /// A session of which nothing is known yet. Nothing is done before the first input.
    pub fn new(config: impl Into<Rc<Config>>, seed: u64) -> Session {
        Session {
            config: config.into(),
            phase: Phase::New,
            active: None,
            pacing: Pacing::default(),
            unusable: None,
            ended: None,
            lost_guest: None,
            ended_sessions: Vec::new(),
            peers_asked_at: None,
            lock: None,
            offline: false,
            page_hidden: false,
            sign_out_pending: false,
            calls: Vec::new(),
            token_serial: Generation::default(),
            random: Random::new(seed),
            ids: 0,
            disposed: false,
        }
    }

    /// The session as the application sees it, as far as it was read.
    pub fn view(&self) -> Option<SessionView> {
        self.active.as_ref().map(|active| SessionView::of(&active.record))
    }

    /// Takes in what happened and says what is to be done: the only way in.
    pub fn handle(&mut self, now: Now, input: Input) -> Vec<Effect> {
        let mut out = Vec::new();
        match input {
            Input::Call(id, command) => self.call(id, command, now, &mut out),
            Input::Cancel(id) => self.cancel(id, now, &mut out),
            Input::Loaded(read, loaded) => {
                if self.loaded(read, loaded, now, &mut out) {
                    self.answer_calls(now, &mut out);
                }
            }
            Input::Stored(write, stored) => self.stored(write, stored, now, &mut out),
            Input::ExchangeEnded(id, result) => self.exchange_ended(id, &result, now, &mut out),
            Input::Message(members) => self.receive(&members, now, &mut out),
            Input::Wake => self.answer_calls(now, &mut out),
            Input::Hidden | Input::Frozen => self.hidden(now, &mut out),
            Input::Shown => self.shown(now, &mut out),
            Input::Offline => self.offline = true,
            Input::Online => self.online(),
            Input::Dispose => self.dispose(&mut out),
        }
        // Whose time is up is told so before anything is sent for them.
        while self.is_call_overdue(now) || self.advance(now, &mut out) {
            self.answer_calls(now, &mut out);
        }
        if let Some(active) = &mut self.active {
            active.grow_older(now);
        }
        out
    }

    /// When to come back with [`Input::Wake`]. Too early, too late or needlessly does no harm.
    pub fn next_wakeup(&self) -> Option<Timestamp> {
        let on_demand = self.config.options.refresh == RefreshMode::OnDemand;
        if self.disposed || (on_demand && self.calls.is_empty()) {
            return None;
        }
        let phase = match &self.phase {
            Phase::New => None,
            Phase::Reading(reading) => reading.until(),
            Phase::AskingPeers(wait) => Some(wait.until()),
            Phase::Ready => self.next_exchange_at(),
            Phase::Locking(locking) => Some(locking.until()),
            Phase::Exchanging(exchange) => Some(exchange.until()),
            Phase::Storing(storing) => Some(storing.until()),
            Phase::ConfirmingRejection(confirmation) => Some(confirmation.until()),
        };
        let deadline = self.calls.first().map(|call| call.deadline);
        [phase, deadline].into_iter().flatten().min()
    }

    // All calls wait equally long, so the first is the first whose time is up.
    fn is_call_overdue(&self, now: Now) -> bool {
        self.calls.first().is_some_and(|call| call.deadline <= now.mono)
    }

    fn next_exchange_at(&self) -> Option<Timestamp> {
        if self.offline || self.page_hidden {
            return self.active.as_ref().and_then(|active| self.ends_at(active));
        }
        let Some(active) = &self.active else {
            return self.token_is_wanted().then(|| self.pacing.guest_at()).flatten();
        };
        let wanted = self.token_is_wanted().then(|| self.pacing.refresh_at()).flatten();
        [wanted, self.sign_in_at(), self.due_at(active)].into_iter().flatten().min()
    }

    /// When the token is refreshed, or ends, without being asked for.
    fn due_at(&self, active: &ActiveSession) -> Option<Timestamp> {
        let tokens = &active.record.tokens;
        let Lifetime::Known(lifetime) = tokens.lifetime else { return None };
        if self.config.options.refresh == RefreshMode::OnDemand {
            return None;
        }
        match &tokens.refresh_token {
            None => self.ends_at(active),
            Some(_) => is_background_refreshable(tokens.lifetime)
                .then(|| {
                    Some(tokens.sent.get().mono.after(lifetime.minus(active.lead)))
                        .max(self.pacing.background_at())
                })
                .flatten(),
        }
    }

    /// When a session ends by itself, for want of a refresh token.
    fn ends_at(&self, active: &ActiveSession) -> Option<Timestamp> {
        let tokens = &active.record.tokens;
        let unasked = self.config.options.refresh == RefreshMode::Background && !active.can_refresh();
        match tokens.lifetime {
            Lifetime::Known(lifetime) if unasked => Some(tokens.sent.get().mono.after(lifetime)),
            Lifetime::Known(_) | Lifetime::Unknown => None,
        }
    }

    /// Changes the phase, and gives what the old one held. An answer to that which comes all the
    /// same is told from a later one by its id.
    pub(super) fn enter(&mut self, phase: Phase) -> Phase {
        mem::replace(&mut self.phase, phase)
    }

    pub(super) fn next_id(&mut self) -> u32 {
        self.ids = self.ids.wrapping_add(1);
        self.ids
    }

    /// Moves on without an input: true if something changed.
    fn advance(&mut self, now: Now, out: &mut Vec<Effect>) -> bool {
        self.release_unneeded_lock(out);
        let reached = |at: Timestamp| at <= now.mono;
        match &self.phase {
            Phase::New if !self.calls.is_empty() => {
                self.read_again(None, out);
                false
            }
            Phase::New => false,
            Phase::Reading(reading) => {
                let (id, over) = (reading.id(), reading.until().is_some_and(reached));
                over && self.loaded(id, Loaded::Unavailable, now, out)
            }
            Phase::AskingPeers(wait) => reached(wait.until()) && self.peers_timeout(now, out),
            Phase::Ready if self.disposed => false,
            Phase::Ready => self.expire(now, out) || self.request_lock(now, out),
            Phase::Locking(_) if self.disposed => self.lock_acquired(Loaded::Unavailable, now, out),
            Phase::Locking(locking) => reached(locking.until()) && self.lock_timeout(now, out),
            Phase::Exchanging(exchange) => reached(exchange.until()) && self.exchange_timeout(now, out),
            Phase::Storing(storing) => reached(storing.until()) && self.commit(false, now, out),
            Phase::ConfirmingRejection(confirmation) => {
                reached(confirmation.until()) && self.peers_timeout(now, out)
            }
        }
    }

    /// A lock is held for one exchange, and no longer.
    fn release_unneeded_lock(&mut self, out: &mut Vec<Effect>) {
        let needed = matches!(self.phase, Phase::Locking(_) | Phase::Exchanging(_) | Phase::Storing(_));
        if let Some(lock) = self.lock.take_if(|_| !needed) {
            out.push(Effect::Unlock(lock));
        }
    }

    pub(super) fn emit(&self, event: Event, out: &mut Vec<Effect>) {
        if !self.disposed {
            out.push(Effect::Emit(event));
        }
    }

    pub(super) fn session_changed(&self, reason: Reason, error: Option<Error>, out: &mut Vec<Effect>) {
        self.emit(Event::SessionChange { reason, session: self.view(), error }, out);
    }

    fn dispose(&mut self, out: &mut Vec<Effect>) {
        self.disposed = true;
        if matches!(self.phase, Phase::AskingPeers(_) | Phase::Locking(_) | Phase::ConfirmingRejection(_)) {
            self.enter(Phase::Ready);
        }
        self.answer_each(out, &|_, _| Some(Err(Error::new(Code::Disposed))));
    }

    /// Takes a record for the session there is.
    pub(super) fn activate(&mut self, record: Rc<Record>, stored: bool, follows_rejection: bool) {
        let lead = lead(record.tokens.lifetime, self.config.options.refresh_lead_time, &mut self.random);
        self.token_serial = self.token_serial.next();
        self.active =
            Some(ActiveSession { record, token_serial: self.token_serial, lead, stored, follows_rejection });
    }

    pub(super) fn store(&mut self, record: Option<Members>, out: &mut Vec<Effect>) -> WriteId {
        let write = WriteId(self.next_id());
        out.push(Effect::Store(write, record));
        write
    }

    fn stored(&mut self, write: WriteId, stored: bool, now: Now, out: &mut Vec<Effect>) {
        if self.is_storing(write) {
            if !stored {
                // What is left there is the token set before: on a server that rotates, dead.
                self.store(None, out);
            }
            self.commit(stored, now, out);
        } else {
            self.sign_out_stored(write, stored, out);
        }
        self.answer_calls(now, out);
    }

    fn is_storing(&self, write: WriteId) -> bool {
        matches!(&self.phase, Phase::Storing(storing) if storing.is(write))
    }
}
