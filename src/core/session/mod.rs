//! The session machine: [`Session`].

// Rules for changes:
//
// - Only `Session::enter` changes the phase, and only `Phase::until` knows when a phase times out.
// - Only `schedule.rs` decides which grant may be sent, and when.
// - Each input looks at the clock: nothing depends on a wake-up that comes in time.

mod active;
mod adoption;
mod calls;
mod cleared_record;
mod end;
mod ended;
mod exchange;
mod found;
mod held;
mod last_session;
mod leasing;
mod lock;
mod pacing;
mod page;
mod peers;
mod phase;
mod refusal;
mod refused_write;
mod replies;
mod restore;
mod revocations;
mod roll_call;
mod schedule;
mod sign_out;
mod two_guests;
mod wait;

use std::mem;
use std::rc::Rc;

use self::calls::Calls;
use self::ended::EndedSessions;
use self::held::{Held, Vacancy};
use self::last_session::LastSession;
use self::pacing::Pacing;
use self::page::PageState;
use self::phase::{Phase, Storing};
use self::revocations::Revocations;
use self::roll_call::RollCall;
use super::call::Command;
use super::client_authentication::SecretPlace;
use super::config::{Config, RefreshMode};
use super::error::{Code, Error};
use super::event::{Event, Reason, SessionView};
use super::ids::{PageId, ReadId, WriteId};
use super::io::{Effect, Input, Loaded};
use super::members::Members;
use super::message::MessageNumber;
use super::random::Random;
use super::record::{Generation, SessionId};
use super::time::{Now, Timestamp};

/// One shopper's session.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "recorder", derive(serde::Serialize, serde::Deserialize))]
pub struct Session {
    config: Rc<Config>,
    phase: Phase,
    held: Held,
    calls: Calls,
    ended: EndedSessions,
    revocations: Revocations,
    pacing: Pacing,
    page: PageState,
    /// The lock that is held or requested.
    lock: Option<ReadId>,
    /// Where the client secret goes, as far as this client knows the server.
    secret_place: SecretPlace,
    /// Whether the browser has refused a lock.
    locks_are_refused: bool,
    /// When the phase `AskingPeers` last ended.
    asking_peers_ended_at: Option<Timestamp>,
    /// Whether this page has ever received a message of a peer.
    has_received_messages: bool,
    /// The other pages, as the register has them; nothing if the host has no register.
    registered: Option<Vec<PageId>>,
    /// Whether the register may lack a peer: a message came, and the register has shown no page since.
    may_have_unregistered_peers: bool,
    /// The pages that have not replied to a roll call.
    silent_peers: Vec<PageId>,
    /// Whether a page was registered after the last roll call.
    has_unasked_peers: bool,
    /// The roll call to which some peers have not replied yet.
    roll_call: Option<RollCall>,
    /// The roll calls of peers to which this page has not replied yet.
    owed_replies: Vec<MessageNumber>,
    /// Whether a sign-out is due as soon as the storage was read: its caller has stopped waiting, or the page on which it
    /// was called never had a core.
    sign_out_pending: bool,
    /// The write that moves another client's record, and why it is not this client's.
    setting_aside: Option<(WriteId, Error)>,
    /// How many token sets this client has held.
    token_serial: Generation,
    random: Random,
    last_id: u32,
    /// The session as the application has seen it last: in an event or, before the first event, from the front.
    shown_session: Option<SessionView>,
    /// The session of this tab's previous page, until this page has one or has read the storage.
    last_session: Option<LastSession>,
    /// The effects of the current input.
    #[cfg_attr(feature = "recorder", serde(skip))]
    effects: Vec<Effect>,
}

impl Session {
    /// A session of which nothing is known yet. It has no effects before the first input. The seed
    /// determines the session's identifiers and jitter.
    pub fn new(config: impl Into<Rc<Config>>, seed: u64) -> Session {
        Session {
            config: config.into(),
            phase: Phase::New,
            held: Held::Vacant(Vacancy::default()),
            calls: Calls::default(),
            ended: EndedSessions::default(),
            revocations: Revocations::default(),
            pacing: Pacing::default(),
            page: PageState::default(),
            lock: None,
            secret_place: SecretPlace::default(),
            locks_are_refused: false,
            asking_peers_ended_at: None,
            has_received_messages: false,
            registered: None,
            may_have_unregistered_peers: false,
            silent_peers: Vec::new(),
            has_unasked_peers: false,
            roll_call: None,
            owed_replies: Vec::new(),
            sign_out_pending: false,
            setting_aside: None,
            token_serial: Generation::default(),
            random: Random::new(seed),
            last_id: 0,
            shown_session: None,
            last_session: None,
            effects: Vec::new(),
        }
    }

    /// Takes an input in. Returns the effects for the host to carry out, in order.
    pub fn handle(&mut self, now: Now, input: Input) -> Vec<Effect> {
        self.age_token(now);
        // A call for a token changes nothing for the calls that wait already, nor does the response to a request that was
        // sent again. To look at thousands of calls for each of these would take seconds.
        let is_frequent = matches!(input, Input::Call(_, Command::Token { .. }) | Input::Retried(..));
        match input {
            Input::Call(id, command) => self.call(id, command, now),
            Input::Retried(address, status) => self.retried(&address, status),
            Input::Waited(id, waited) => self.calls.count_earlier_wait(id, waited),
            Input::Cancel(id) => self.reply(id, Err(Error::new(Code::Aborted))),
            Input::Loaded(read, loaded) => self.loaded(read, loaded, now),
            Input::LockRefused(read) => self.lock_refused(read),
            Input::Stored(write, stored) => self.stored(write, stored, now),
            Input::Refused(write) => self.write_refused(write, now),
            Input::ExchangeEnded(id, result) => self.exchange_ended(id, &result, now),
            Input::Message(members) => self.receive(&members, now),
            Input::Peers(pages) => self.register_read(pages, now),
            Input::StorageCleared => self.storage_cleared(now),
            Input::FrontHasShown(record) => self.front_has_shown(&record, now),
            Input::LastSession(last) => self.last_session = LastSession::read(&last, &self.config, now),
            Input::Wake => {}
            Input::Prerendering => self.page.prerendering = true,
            Input::Activated => self.page_activated(now),
            Input::Hidden | Input::Frozen => self.page_hidden(),
            Input::Shown => self.page_shown(now),
            Input::RecordChanged => self.catch_up(now),
            Input::Offline => self.page.offline = true,
            Input::Online => self.network_restored(),
            Input::Dispose => self.dispose(),
        }
        self.send_revocations(now);
        if !is_frequent {
            self.reply_to_calls(now);
        }
        // Overdue calls time out first, so that no grant is sent on their behalf.
        while self.calls.is_overdue(now) || self.advance(now) {
            self.reply_to_calls(now);
        }
        self.send_revocations(now);
        self.send_owed_replies();
        self.note_guest_used(now);
        mem::take(&mut self.effects)
    }

    /// When the host should report [`Input::Wake`]. It does no harm if the host does so too early, too late
    /// or needlessly.
    pub fn next_wakeup(&self) -> Option<Timestamp> {
        if self.page.disposed || self.page.prerendering || self.has_nothing_to_do() {
            return self.response_limit();
        }
        let ready = matches!(self.phase, Phase::Ready);
        let next = if ready { self.next_event_at() } else { self.phase.until(self.roll_call_deadline()) };
        let roll_call = self.roll_call.as_ref().map(RollCall::next_at);
        [next, roll_call, self.calls.deadline(), self.revocations.next_at()].into_iter().flatten().min()
    }

    /// True if no call waits, and the session may act only for calls: because it refreshes on demand, or because the storage
    /// was not read yet.
    fn has_nothing_to_do(&self) -> bool {
        let waits_for_calls = self.config.options.refresh == RefreshMode::OnDemand || self.awaits_storage();
        self.calls.is_empty() && waits_for_calls
    }

    /// When a request that is under way, or the write of its tokens, is given up, also if no call waits for it: a server that
    /// sends a byte now and then, or a storage that hangs, would keep the lock for ever.
    fn response_limit(&self) -> Option<Timestamp> {
        let is_exchange = matches!(self.phase, Phase::Exchanging(_) | Phase::Storing(_));
        let exchange = if is_exchange { self.phase.until(self.roll_call_deadline()) } else { None };
        [exchange, self.revocations.response_limit()].into_iter().flatten().min()
    }

    /// Takes the next step that needs no input. True if a further step may follow.
    fn advance(&mut self, now: Now) -> bool {
        self.withdraw_unneeded_wait();
        self.release_unneeded_lock();
        if matches!(self.phase, Phase::New) && !self.calls.is_empty() {
            self.read_storage(now.mono.after(self.config.timeout()));
            return false;
        }
        if self.advance_roll_call(now) {
            return true;
        }
        if matches!(self.phase, Phase::Ready) {
            return self.page.may_act() && (self.expire(now) || self.prepare_exchange(now));
        }
        let timed_out = self.phase.until(self.roll_call_deadline()).is_some_and(|until| until <= now.mono);
        if timed_out {
            self.time_out(now);
        }
        timed_out
    }

    /// The phase has reached its end without the input that it waited for.
    fn time_out(&mut self, now: Now) {
        match &self.phase {
            Phase::New | Phase::AskingPeers | Phase::Ready => {}
            Phase::Reading(_) => self.reading_timeout(now),
            Phase::Claiming(_) => self.claim_timeout(now),
            Phase::Locking(_) => self.lock_timeout(now),
            Phase::Exchanging(_) => self.exchange_timeout(now),
            Phase::Storing(_) => self.commit_unstored(now),
            Phase::ConfirmingRejection(_) => self.confirmation_timeout(now),
        }
    }

    /// Changes the phase, and gives the previous one. Inputs for the previous phase are ignored from now on, since
    /// their ids do not match.
    fn enter(&mut self, phase: Phase) -> Phase {
        mem::replace(&mut self.phase, phase)
    }

    fn next_id(&mut self) -> u32 {
        self.last_id = self.last_id.wrapping_add(1);
        self.last_id
    }

    /// Releases the lock in all phases but those that belong to an exchange.
    fn release_unneeded_lock(&mut self) {
        let needed = matches!(self.phase, Phase::Locking(_) | Phase::Exchanging(_) | Phase::Storing(_));
        if let Some(lock) = self.lock.take_if(|_| !needed) {
            self.effect(Effect::Unlock(lock));
        }
    }

    // Not inlined: that would copy the code for growing the list to many places.
    #[inline(never)]
    fn effect(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    fn emit(&mut self, event: Event) {
        self.shown_session = self.view();
        if !self.page.disposed {
            self.effect(Effect::Emit(event));
        }
    }

    fn session_changed(&mut self, reason: Reason, error: Option<Error>) {
        let (shown, session) = (self.shown_session.take(), self.view());
        // The front may already have shown the session that is restored now: then the event has no previous one.
        let is_same =
            |shown: &SessionView| session.as_ref().is_some_and(|session| session.id() == shown.id());
        let previous = shown.filter(|shown| reason != Reason::Restored || !is_same(shown));
        self.emit(Event::SessionChange { reason, previous, session, error });
    }

    /// The storage was read, for the phase that asked for it.
    fn loaded(&mut self, read: ReadId, loaded: Loaded, now: Now) {
        match &self.phase {
            Phase::Reading(reading) if reading.id == read => self.restored(loaded, now),
            Phase::Locking(locking) if locking.id == read => self.lock_wait_ended(loaded, now),
            Phase::ConfirmingRejection(confirmation) if confirmation.is_reading(read) => {
                self.confirmation_loaded(loaded, now);
            }
            Phase::New
            | Phase::Reading(_)
            | Phase::AskingPeers
            | Phase::Ready
            | Phase::Claiming(_)
            | Phase::Locking(_)
            | Phase::Exchanging(_)
            | Phase::Storing(_)
            | Phase::ConfirmingRejection(_) => {}
        }
    }

    /// Writes the record, or removes it. A prerendering page writes nothing: its copy of the storage is thrown away.
    fn store(&mut self, record: Option<Members>) -> WriteId {
        let write = WriteId(self.next_id());
        if !self.page.prerendering {
            self.effect(Effect::Store(write, record));
        }
        write
    }

    /// Removes the record of a session that did not end by a sign-out on this page. The record of another session stays.
    fn forget_record(&mut self, session: SessionId) {
        let write = WriteId(self.next_id());
        if !self.page.prerendering {
            self.effect(Effect::Forget(write, session));
        }
    }

    /// The new tokens could not be stored: the storage still has the previous record. The record is removed, unless the new
    /// tokens are of the same session and have the same refresh token: then the next page can refresh the session.
    fn store_failed(&mut self) {
        let (Phase::Storing(Storing { record, .. }), Some(previous)) = (&self.phase, self.record()) else {
            return;
        };
        let (before, now) = (&previous.tokens.refresh_token, &record.tokens.refresh_token);
        if previous.id != record.id || before.is_none() || before != now {
            self.forget_record(previous.id);
        }
    }

    /// A write has ended.
    fn stored(&mut self, write: WriteId, stored: bool, now: Now) {
        if self.set_aside_ended(write, stored) {
            return;
        }
        if matches!(&self.phase, Phase::Storing(storing) if storing.write == write) {
            if stored {
                self.commit(now);
            } else {
                self.store_failed();
                self.commit_unstored(now);
            }
        } else if let Some(call) = self.calls.write_ended(write).filter(|_| !stored) {
            self.reply(call, Err(Error::because(Code::StorageFailed, "removeItem() failed")));
        }
    }
}
