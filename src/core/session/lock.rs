//! The lock: one page at a time exchanges for a session.
//!
//! A page holds the lock for one exchange. After it has acquired the lock, it reads the record again, since
//! a peer may have changed it. Without locks, a page tells its peers beforehand and gives them time to object. A
//! registered peer gets as much time as in any roll call: it may have sent a request, and a long task may block it.

use super::Session;
use super::found::{Found, Source};
use super::phase::{Claiming, Locking, Phase};
use super::wait::{PEER_RESPONSE_TIME, Wait};
use crate::core::event::Reason;
use crate::core::grant::GrantKind;
use crate::core::ids::ReadId;
use crate::core::io::{Effect, Loaded};
use crate::core::message::{Message, MessageNumber};
use crate::core::record::SessionId;
use crate::core::time::{Millis, Now};

/// How long to wait for the lock before continuing without it, at most two thirds of the call's timeout: the page that
/// holds the lock may hang. A peer that reports a running exchange gets [`LONGEST_EXCHANGE`], and so does a storage with
/// its own lock, which is released when its holder dies.
const LOCK_LIMIT: Millis = Millis::from_secs(10);

/// Longer than any exchange: how long to wait for a peer that reports one.
const LONGEST_EXCHANGE: Millis = Millis::from_secs(140);

/// If the deadline of the wait for the lock was missed by more than this, the page was suspended.
const SUSPENDED_AFTER: Millis = Millis::from_secs(1);
/// How much longer a page that was suspended waits for the lock.
const AFTER_SLEEP: Millis = Millis::from_secs(1);

/// If the deadline of a claim was missed by more than this, a long task has blocked the page, and objections may
/// wait behind it.
const BLOCKED_AFTER: Millis = Millis::new(10);

impl Session {
    /// Prepares to send a grant, if there is one to send. True if the phase changed.
    pub(super) fn prepare_exchange(&mut self, now: Now) -> bool {
        let Some(kind) = self.next_grant(now) else { return false };
        if kind == GrantKind::Guest && self.should_ask_peers_first(now) {
            self.enter(Phase::AskingPeers);
            self.call_roll(now);
            return true;
        }
        if self.config.options.has_peers && !self.has_locks() {
            let (session, number) = self.begin_claim(now);
            self.broadcast_claim(session, number, now);
        } else {
            self.ask_peers();
            self.request_lock(now);
        }
        true
    }

    fn begin_claim(&mut self, now: Now) -> (Option<SessionId>, MessageNumber) {
        let (session, number) = (self.held_id(), MessageNumber::new(self.random.bits()));
        self.enter(Phase::Claiming(Claiming { session, number, wait: Wait::of(PEER_RESPONSE_TIME, now) }));
        (session, number)
    }

    /// Broadcasts the claim before it calls the roll: a peer reads messages in their order, so its objection, if it has
    /// one, comes before its reply to the roll call.
    fn broadcast_claim(&mut self, session: Option<SessionId>, number: MessageNumber, now: Now) {
        self.broadcast(&Message::Claim { session, number });
        if self.has_registered_peers() {
            self.call_roll(now);
        } else {
            self.ask_peers();
        }
    }

    /// Peers have had time to object. If one did, or if a long task may have kept an objection from this page, the page
    /// announces the exchange once more.
    pub(super) fn claim_timeout(&mut self, now: Now) {
        let Phase::Claiming(claim) = &mut self.phase else { return };
        let (session, number) = (claim.session, claim.number);
        if claim.wait.should_ask_again(BLOCKED_AFTER, now) {
            self.broadcast_claim(session, number, now);
            return;
        }
        self.enter(Phase::Ready);
        if session == self.held_id() && self.next_grant(now).is_some() {
            self.request_lock(now);
        }
    }

    /// With `refresh: "on-demand"`: gives up the claim, or the wait for the lock, if the calls that needed the exchange have
    /// timed out or were aborted. No timer would end either: this page would object to every other page's claim, or keep the
    /// lock while a read of the storage hangs.
    pub(super) fn withdraw_unneeded_wait(&mut self) {
        if matches!(self.phase, Phase::Claiming(_) | Phase::Locking(_)) && self.has_nothing_to_do() {
            self.enter(Phase::Ready);
        }
    }

    /// A peer is about to begin an exchange for this session, or for a new one.
    pub(super) fn on_claim(&mut self, session: Option<SessionId>, number: MessageNumber, now: Now) {
        if let Phase::Claiming(own) = &mut self.phase
            && own.session == session
        {
            if number < own.number {
                own.wait.extend_for_busy_peer(now);
            } else if !own.wait.will_ask_again() {
                // The lower number goes first, so this page objects. If this page is itself giving way to a third page, it
                // says nothing: the third page will object.
                let objection = Message::Claim { session, number: own.number };
                self.broadcast(&objection);
            }
        } else if self.is_busy_for(session, now) {
            self.broadcast(&Message::Busy(session));
        }
    }

    /// Whether an exchange for this session, or for a new one, is under way or is sent in a moment.
    pub(super) fn is_busy_for(&self, session: Option<SessionId>, now: Now) -> bool {
        let has_locks = self.has_locks();
        matches!(&self.phase, Phase::Locking(locking) if locking.session == session && !has_locks)
            || self.phase.purpose().is_some_and(|purpose| purpose.is_pending_for(session, now))
    }

    fn request_lock(&mut self, now: Now) {
        let id = ReadId(self.next_id());
        let session = self.held_id();
        let mut name = self.config.storage_key().to_owned();
        if let Some(session) = session {
            name.push(' ');
            name.push_str(&session.to_text());
        }
        self.effect(Effect::Lock(id, name));
        self.lock = Some(id);
        let limit = if self.config.options.storage.has_lock() {
            LONGEST_EXCHANGE
        } else {
            LOCK_LIMIT.min(self.config.timeout().thousandths(667))
        };
        // The limits differ, so that one of the waiting pages continues first and tells the others.
        let wait = Wait::of(self.random.jitter(limit, 750), now);
        self.enter(Phase::Locking(Locking { id, session, wait }));
    }

    /// Whether the message `Busy` can be left out at the start of an exchange: the register shows no other page, no message of
    /// one has come, and a page that is opened meanwhile asks by itself, before it waits for the lock. Messages with tokens
    /// are always sent: such a page may not be in the register yet.
    pub(super) fn is_alone_with_locks(&self) -> bool {
        let is_registered_alone = self.registered.as_ref().is_some_and(Vec::is_empty);
        let is_alone =
            is_registered_alone && self.silent_peers.is_empty() && !self.may_have_unregistered_peers;
        is_alone && self.has_locks() && !self.config.options.storage.has_lock()
    }

    /// Whether a lock keeps the peers from sending a grant.
    fn has_locks(&self) -> bool {
        self.config.options.has_locks && !self.locks_are_refused
    }

    /// The browser refuses every lock. From now on this page goes on as in a browser without locks.
    pub(super) fn lock_refused(&mut self, read: ReadId) {
        self.locks_are_refused = true;
        if matches!(&self.phase, Phase::Locking(locking) if locking.id == read) {
            if self.config.options.has_peers {
                self.enter(Phase::Ready);
            } else {
                self.effect(Effect::Load(read));
            }
        }
    }

    /// Before a new page creates a guest, it asks once more whether a peer has a session by now.
    fn should_ask_peers_first(&self, now: Now) -> bool {
        let asked = self.asking_peers_ended_at.is_some_and(|at| now.mono.since(at) <= PEER_RESPONSE_TIME);
        let is_alone = self.registered.as_ref().is_some_and(Vec::is_empty);
        let must_ask = !is_alone && (!asked || self.has_unasked_peers);
        must_ask && self.never_had_session() && self.config.options.has_peers
    }

    /// Continues without the lock. After sleep, the lock or a message may be waiting to be taken in, so the
    /// wait is extended once.
    pub(super) fn lock_timeout(&mut self, now: Now) {
        let Phase::Locking(locking) = &mut self.phase else { return };
        if locking.wait.extend_once_after_sleep(SUSPENDED_AFTER, AFTER_SLEEP, now) {
            self.ask_peers();
        } else {
            self.lock_wait_ended(Loaded::Unavailable, now);
        }
    }

    /// A peer reports an exchange for the session whose lock this page waits for. The peer goes first. Without locks,
    /// the report came too late, after this page's claim: the page claims again.
    pub(super) fn give_way(&mut self, now: Now) {
        if !self.has_locks() {
            self.begin_claim(now);
        }
        let span = self.random.jitter(LONGEST_EXCHANGE, 930);
        if let Phase::Claiming(claim) = &mut self.phase {
            claim.wait.extend_for_busy_peer(now);
        } else if let Phase::Locking(locking) = &mut self.phase {
            locking.wait.extend(span, now);
        }
    }

    /// The lock is held, or no longer waited for: sends the grant, if it is still to be sent.
    pub(super) fn lock_wait_ended(&mut self, loaded: Loaded, now: Now) {
        let Phase::Locking(Locking { session, .. }) = self.enter(Phase::Ready) else { return };
        let mut has_news = session.is_none();
        let found = self.compare_loaded(loaded, now);
        let found = self.restore_cleared_record(found, now);
        has_news |= matches!(found, Found::Newer(_));
        self.use_found(found, Source::Storage { if_gone: Reason::StorageCleared }, now);
        self.sign_out_if_pending();
        if session != self.held_id() {
            self.call_roll(now);
        }
        self.expire(now);
        self.reply_to_calls(now);
        if let Some(record) = self.record().filter(|_| has_news).cloned() {
            // Broadcasts the record: the peers that wait for the same lock may have no session, and the page that stored the
            // record may have closed before it announced it.
            self.broadcast(&Message::Newest(record));
        }
        if let Some(kind) = self.next_grant(now).filter(|_| session == self.held_id()) {
            // A page that came while this one waited for the lock may have a session.
            let must_ask = self.has_unasked_peers && self.should_ask_peers_first(now);
            if kind != GrantKind::Guest || !must_ask {
                self.send(kind, now);
            }
        }
    }
}
