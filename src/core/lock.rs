//! Taking turns: which grant is to be sent, and the lock under which that is done.
//!
//! A lock is held for one exchange. When it is got, the record is read again: what a sibling has
//! done meanwhile is in it, or was told.

use super::calls::Want;
use super::event::Reason;
use super::grant::GrantKind;
use super::ids::ReadId;
use super::io::{Effect, Loaded};
use super::message::Message;
use super::peers::{BUSY_TIME, Found};
use super::record::{SessionId, Subject};
use super::session::{ActiveSession, Phase, Session};
use super::time::{Millis, Now, Timestamp};
use super::wait::Wait;

/// A lock that is not got in this time, or in two thirds of a call's, is gone without: its holder
/// hangs, or there is none. One that says that it is at it is given longer; so is one who holds a
/// storage's own lock, which is let go of when its holder dies.
const LOCK_LIMIT: Millis = Millis::from_secs(10);

/// A limit that is passed by more than this was slept through.
const LATE: Millis = Millis::from_secs(1);
const AFTER_SLEEP: Millis = Millis::from_secs(1);

/// A lock that was asked for.
#[derive(Clone, Debug)]
pub(super) struct Locking {
    id: ReadId,
    of: Option<SessionId>,
    wait: Wait,
}

impl Locking {
    /// The session whose exchanges it keeps apart; none for those that begin one.
    pub(super) fn of(&self) -> Option<SessionId> {
        self.of
    }

    pub(super) fn is(&self, read: ReadId) -> bool {
        self.id == read
    }

    pub(super) fn until(&self) -> Timestamp {
        self.wait.until()
    }

    pub(super) fn wait(&mut self) -> &mut Wait {
        &mut self.wait
    }
}

impl Session {
    /// What is to be sent now, if anything: a user's sign-in first.
    fn next_grant(&self, now: Now) -> Option<GrantKind> {
        if self.disposed || self.offline || self.page_hidden {
            return None;
        }
        let reached = |at: Option<Timestamp>| at.is_none_or(|at| at <= now.mono);
        if let Some(guest_refreshed) = self.guest_refreshed() {
            if !reached(self.sign_in_at()) {
                return None;
            }
            let stale = self
                .mergeable_guest()
                .is_some_and(|active| active.can_refresh() && self.is_due_for_refresh(active, now));
            return Some(if stale && !guest_refreshed { GrantKind::Refresh } else { GrantKind::SignIn });
        }
        let wanted = self.token_is_wanted();
        let Some(active) = &self.active else {
            let guest = wanted && self.config.guest.is_some() && reached(self.pacing.guest_at());
            return guest.then_some(GrantKind::Guest);
        };
        let asked_for = wanted && reached(self.pacing.refresh_at());
        let unasked = self.needs_background_refresh(active, now) && reached(self.pacing.background_at());
        (active.can_refresh() && (asked_for || unasked)).then_some(GrantKind::Refresh)
    }

    /// Whether a visitor was refreshed for the sign-in that is waiting, if there is one.
    fn guest_refreshed(&self) -> Option<bool> {
        self.calls.iter().find_map(|call| match &call.want {
            Want::SignIn { guest_refreshed, .. } => Some(*guest_refreshed),
            Want::Undecided(_) | Want::Session | Want::Token(_) | Want::Guest | Want::SignOut(_) => None,
        })
    }

    /// When a sign-in may be sent that waits: a visitor who is carried over may be known better by
    /// others.
    pub(super) fn sign_in_at(&self) -> Option<Timestamp> {
        self.guest_refreshed()?;
        self.mergeable_guest().filter(|active| active.can_refresh()).and(self.pacing.deferred_until())
    }

    /// The visitor whom a sign-in would carry over.
    pub(super) fn mergeable_guest(&self) -> Option<&ActiveSession> {
        self.config.server.guest_token_parameter()?;
        self.active.as_ref().filter(|active| active.record.subject == Subject::Guest)
    }

    /// Asks for the lock, if there is something to send.
    pub(super) fn request_lock(&mut self, now: Now, out: &mut Vec<Effect>) -> bool {
        let Some(kind) = self.next_grant(now) else { return false };
        if kind == GrantKind::Guest && self.ask_peers_first(now, out) {
            return true;
        }
        let id = ReadId(self.next_id());
        let of = self.held_id();
        let mut name = self.config.storage_key().to_owned();
        if let Some(of) = of {
            name.push(' ');
            name.push_str(&of.to_text());
        }
        self.ask_peers(out);
        out.push(Effect::Lock(id, name));
        self.lock = Some(id);
        let limit = if self.config.options.storage.has_lock() {
            BUSY_TIME
        } else {
            LOCK_LIMIT.min(self.config.timeout().thousandths(667))
        };
        // Of those who wait for the same, one goes first, and the others hear of it.
        let limit = self.random.jitter(limit, 750);
        self.enter(Phase::Locking(Locking { id, of, wait: Wait::of(limit, now) }));
        true
    }

    /// The lock is not waited for any longer; unless that was slept through, so that a lock, or news,
    /// may be here that is yet to be taken in.
    pub(super) fn lock_timeout(&mut self, now: Now, out: &mut Vec<Effect>) -> bool {
        let Phase::Locking(locking) = &mut self.phase else { return false };
        if locking.wait.extend_once_after_sleep(LATE, AFTER_SLEEP, now) {
            self.ask_peers(out);
            return false;
        }
        self.lock_acquired(Loaded::Unavailable, now, out)
    }

    /// The lock is got, or not waited for any longer: what is still to be sent is sent.
    pub(super) fn lock_acquired(&mut self, loaded: Loaded, now: Now, out: &mut Vec<Effect>) -> bool {
        let Phase::Locking(Locking { of, .. }) = self.enter(Phase::Ready) else { return false };
        let mut news = of.is_none();
        // A record that cannot be used is left to its owner, and the session goes on.
        if let Ok(found) = self.compare_loaded(loaded, now) {
            news |= matches!(found, Found::Newer(_));
            self.adopt(found, false, Reason::StorageCleared, out);
            if of != self.held_id() {
                self.ask_peers_before_refresh(now, out);
            }
        }
        self.expire(now, out);
        self.answer_calls(now, out);
        if let Some(active) = self.active.as_ref().filter(|_| news) {
            // Those who wait for the same lock have no session either; or who stored it died before it told them.
            self.broadcast(&Message::Newest(active.record.clone()), out);
        }
        if let Some(kind) = self.next_grant(now).filter(|_| of == self.held_id()) {
            self.send(kind, now, out);
        }
        true
    }
}
