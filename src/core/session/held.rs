//! The session that this page holds, or why it holds none; and how it changes.

use std::mem;
use std::rc::Rc;

use super::Session;
use super::ended::EndedSession;
use super::pacing::lead;
use super::phase::Phase;
use crate::core::config::Config;
use crate::core::error::Error;
use crate::core::event::{Event, Reason, Refresh, SessionView};
use crate::core::io::{Effect, Loaded};
use crate::core::lease::{Term, refresh_token_due_in};
use crate::core::lineage::Lineage;
use crate::core::members::Members;
use crate::core::record::{Attempts, Generation, Record, SessionId, Subject};
use crate::core::time::{Lifetime, Millis, Now, Timestamp};

/// A session, or none.
#[derive(Clone, Debug)]
pub(super) enum Held {
    Active(ActiveSession),
    Vacant(Vacancy),
}

/// The session that is held.
#[derive(Clone, Debug)]
pub(super) struct ActiveSession {
    pub(super) record: Rc<Record>,
    /// The token set's number among all that this client has held.
    pub(super) token_serial: Generation,
    /// When the token was requested, by the monotonic clock. It is set back where the wall clock shows
    /// that more time has passed.
    requested_at: Timestamp,
    /// How long before it expires the token is due for a refresh.
    lead: Millis,
    /// When the token is due because the refresh token is about to expire.
    refresh_token_due_at: Option<Timestamp>,
    /// The refreshes of the token set that have not succeeded.
    pub(super) attempts: Attempts,
    /// Whether the record is in the storage, as far as this page knows.
    pub(super) stored: bool,
    /// The addresses whose 401 caused the refresh that the token set comes from.
    pub(super) rejected_at: Vec<String>,
}

impl ActiveSession {
    pub(super) fn can_refresh(&self) -> bool {
        self.record.tokens.refresh_token.is_some()
    }

    pub(super) fn is_guest(&self) -> bool {
        self.record.subject == Subject::Guest
    }

    /// How long ago the token was requested.
    pub(super) fn age(&self, now: Now) -> Millis {
        now.mono.since(self.requested_at)
    }

    /// For how long the token is still valid; [`Millis::MAX`] if the server did not say.
    pub(super) fn remaining(&self, now: Now) -> Millis {
        match self.record.tokens.lifetime {
            Lifetime::Unknown => Millis::MAX,
            Lifetime::Known(lifetime) => lifetime.minus(self.age(now)),
        }
    }

    pub(super) fn is_expired(&self, now: Now) -> bool {
        self.remaining(now) == Millis::ZERO
    }

    /// When the token expires, if the server said so.
    pub(super) fn expires_at(&self) -> Option<Timestamp> {
        self.before_end(Millis::ZERO)
    }

    /// When a refresh is due: shortly before the first of the two tokens expires, as far as the server said when.
    pub(super) fn due_at(&self) -> Option<Timestamp> {
        [self.before_end(self.lead), self.refresh_token_due_at].into_iter().flatten().min()
    }

    pub(super) fn is_due(&self, now: Now) -> bool {
        self.due_at().is_some_and(|due| due <= now.mono)
    }

    /// The span in which the front may give the token out.
    pub(super) fn term(&self, config: &Config, now: Now) -> Option<Term> {
        let term = Term::of(&self.record.tokens, self.requested_at, config, now)?;
        match self.refresh_token_due_at {
            Some(due) => term.within(due.since(now.mono), now),
            None => Some(term),
        }
    }

    fn before_end(&self, span: Millis) -> Option<Timestamp> {
        match self.record.tokens.lifetime {
            Lifetime::Unknown => None,
            Lifetime::Known(lifetime) => Some(self.requested_at.after(lifetime.minus(span))),
        }
    }

    /// Takes the larger age of the two clocks and keeps it. The monotonic clock may stop during sleep;
    /// without this, the next wake-up would come too late.
    fn grow_older(&mut self, now: Now) {
        let by_wall_clock = now.mono.before(now.wall.since(self.record.tokens.sent.wall));
        self.requested_at = self.requested_at.min(by_wall_clock);
        if let Some(due_in) = refresh_token_due_in(&self.record.tokens, now) {
            let due = now.mono.after(due_in);
            self.refresh_token_due_at = Some(self.refresh_token_due_at.map_or(due, |before| before.min(due)));
        }
    }
}

/// No session, and what calls and the next session need to know about that.
#[derive(Clone, Debug, Default)]
pub(super) struct Vacancy {
    /// Why the last session ended.
    pub(super) ended: Option<Error>,
    /// The guest whose session the server ended, and those before it. The next guest replaces it.
    pub(super) lost_guest: Option<Lineage>,
}

/// How a record compares to the session that is held.
pub(super) enum Found {
    /// It has nothing new.
    NothingNew,
    /// It has a newer token set.
    Newer(Rc<Record>),
    /// It is another session.
    Other(Rc<Record>),
    /// The record is gone.
    Gone,
}

/// Where a record was found.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Source {
    /// In the storage. If a record was there before and is gone, this is why.
    Storage { if_gone: Reason },
    /// At a peer, which holds it.
    Peer,
    /// At a peer, which has just begun the session.
    PeerBegan,
}

impl Session {
    pub(super) fn active(&self) -> Option<&ActiveSession> {
        match &self.held {
            Held::Active(active) => Some(active),
            Held::Vacant(_) => None,
        }
    }

    pub(super) fn active_mut(&mut self) -> Option<&mut ActiveSession> {
        match &mut self.held {
            Held::Active(active) => Some(active),
            Held::Vacant(_) => None,
        }
    }

    pub(super) fn vacancy(&self) -> Option<&Vacancy> {
        match &self.held {
            Held::Active(_) => None,
            Held::Vacant(vacancy) => Some(vacancy),
        }
    }

    pub(super) fn record(&self) -> Option<&Rc<Record>> {
        self.active().map(|active| &active.record)
    }

    pub(super) fn held_id(&self) -> Option<SessionId> {
        self.record().map(|record| record.id)
    }

    /// The user's session that is held, if it is a user's.
    pub(super) fn user(&self) -> Option<SessionId> {
        self.record().filter(|record| record.subject == Subject::User).map(|record| record.id)
    }

    /// Whether this page never had a session. A page that lost its own must not adopt a peer's.
    pub(super) fn never_had_session(&self) -> bool {
        self.token_serial == Generation::default()
    }

    /// The session as the application sees it, as far as the storage was read.
    pub fn view(&self) -> Option<SessionView> {
        self.record().map(SessionView::of)
    }

    pub(super) fn age_token(&mut self, now: Now) {
        if let Some(active) = self.active_mut() {
            active.grow_older(now);
        }
    }

    /// A refresh with a refresh token that has expired would end the session, but the access token may be valid
    /// for longer: from the next call on, it is used to its end.
    pub(super) fn forget_expired_refresh_token(&mut self, now: Now) {
        if let Some(active) = self.active_mut() {
            let due_in = refresh_token_due_in(&active.record.tokens, now);
            active.refresh_token_due_at = active.refresh_token_due_at.filter(|_| due_in.is_some());
        }
    }

    /// Makes this record the session that is held.
    pub(super) fn activate(&mut self, record: Rc<Record>, now: Now) {
        // The page before may have found out how the client has to authenticate.
        self.secret_in_header |= record.granted_to == Some(self.config.checksum(true));
        let lead = lead(record.tokens.lifetime, self.config.options.refresh_lead_time, &mut self.random);
        self.token_serial = self.token_serial.next();
        self.held = Held::Active(ActiveSession {
            token_serial: self.token_serial,
            requested_at: record.tokens.sent.mono,
            attempts: record.attempts,
            record,
            lead,
            refresh_token_due_at: None,
            stored: true,
            rejected_at: Vec::new(),
        });
        self.pacing.forget_failures();
        self.age_token(now);
    }

    /// Holds no session from now on, and forgets why. Gives the session that was held.
    pub(super) fn vacate(&mut self) -> Option<Rc<Record>> {
        self.pacing.forget_failures();
        match mem::replace(&mut self.held, Held::Vacant(Vacancy::default())) {
            Held::Active(active) => Some(active.record),
            Held::Vacant(_) => None,
        }
    }

    /// Compares what was read from the storage with the session that is held.
    pub(super) fn compare_loaded(&mut self, loaded: Loaded, now: Now) -> Found {
        match loaded {
            // Damaged text has nothing to save: the next write replaces it.
            Loaded::Unavailable | Loaded::Garbage => Found::NothingNew,
            Loaded::Nothing if self.active().is_some_and(|active| active.stored) => Found::Gone,
            Loaded::Nothing => Found::NothingNew,
            Loaded::Record(members) => match Record::from_members(&members, &self.config, now) {
                Ok(Some(record)) => {
                    self.note_attempts_elsewhere(&record);
                    self.complete_copy(&record);
                    self.compare(Rc::new(record))
                }
                Ok(None) => Found::NothingNew,
                Err(error) => {
                    self.set_aside(members, error);
                    Found::NothingNew
                }
            },
        }
    }

    /// Whether a record that is gone was cleared from the storage, and says nothing of the session: who signs
    /// out tells the peers beforehand.
    fn outlives_its_record(&self) -> bool {
        self.config.options.has_peers && !self.config.options.storage.may_recover()
    }

    /// Stores the session that is held again if its record was cleared from the storage.
    pub(super) fn restore_cleared_record(&mut self, found: Found, now: Now) -> Found {
        if matches!(found, Found::Gone) && self.outlives_its_record() {
            self.store_attempts(now);
            Found::NothingNew
        } else {
            found
        }
    }

    /// The storages of the origin were cleared. What other pages share is stored again under the lock only.
    pub(super) fn storage_cleared(&mut self, now: Now) {
        let is_storing = matches!(self.phase, Phase::Storing(_));
        if self.outlives_its_record() && !self.config.options.storage.is_shared() && !is_storing {
            self.store_attempts(now);
        }
    }

    /// Another client, or another version, has stored its record under this client's key. It may want the
    /// record back.
    fn set_aside(&mut self, members: Members, error: Error) {
        if !self.page.prerendering {
            self.effect(Effect::SetAside(members));
            self.forget_record();
            self.session_changed(Reason::RecordSetAside, Some(error));
        }
    }

    /// Another page that has the same token set may have tried to refresh it.
    fn note_attempts_elsewhere(&mut self, stored: &Record) {
        let Some(active) = self.active_mut() else { return };
        let same = active.record.id == stored.id && active.record.generation == stored.generation;
        if same && stored.attempts.sent_at.is_some() {
            active.attempts = stored.attempts;
        }
    }

    /// The record that is held may be a cache's copy, which lacks the true refresh token.
    fn complete_copy(&mut self, stored: &Record) {
        let Some(active) = self.active_mut() else { return };
        let same =
            active.record.id == stored.id && active.record.tokens.access_token == stored.tokens.access_token;
        if same && active.record.tokens.refresh_token != stored.tokens.refresh_token {
            let mut record = Record::clone(&active.record);
            record.tokens.refresh_token.clone_from(&stored.tokens.refresh_token);
            active.record = Rc::new(record);
        }
    }

    pub(super) fn compare(&self, record: Rc<Record>) -> Found {
        if self.ended.has(record.id) {
            return Found::NothingNew;
        }
        match self.record() {
            Some(held) if held.id == record.id => {
                let newer = record.is_newer_than(held) && record.subject == held.subject;
                if newer { Found::Newer(record) } else { Found::NothingNew }
            }
            Some(_) | None => Found::Other(record),
        }
    }

    /// Uses what was found in the storage or at a peer.
    pub(super) fn use_found(&mut self, found: Found, source: Source, now: Now) {
        match found {
            Found::NothingNew => {}
            Found::Newer(record) => {
                self.activate(record, now);
                self.emit(Event::TokenRefresh(Refresh::Adopted));
            }
            Found::Other(record) => {
                self.abandon_unless_sign_in();
                let before = self.vacate();
                let reason = reason(before.as_deref(), &record, source);
                if let Some(before) = before {
                    self.ended.remember(EndedSession { id: before.id, signed_out: false });
                }
                self.activate(record, now);
                self.session_changed(reason, None);
            }
            Found::Gone => {
                if let Source::Storage { if_gone } = source {
                    self.drop_session(if_gone);
                }
            }
        }
    }

    /// The session was ended elsewhere.
    pub(super) fn drop_session(&mut self, reason: Reason) {
        if let Some(record) = self.vacate() {
            let signed_out = reason == Reason::SignedOutElsewhere;
            self.ended.remember(EndedSession { id: record.id, signed_out });
        }
        self.abandon_unless_sign_in();
        self.session_changed(reason, None);
    }

    /// An exchange for the session before is of no use, but a sign-in begins a session of its own.
    fn abandon_unless_sign_in(&mut self) {
        if self.phase.is_signing_in() {
            return;
        }
        if let Some(written) = self.overtake_exchange() {
            self.store(None);
            self.revoke(&written);
        }
    }
}

fn reason(before: Option<&Record>, record: &Record, source: Source) -> Reason {
    match (before.map(|before| before.subject), record.subject) {
        (None, _) if source != Source::PeerBegan => Reason::Restored,
        (_, Subject::User) => Reason::SignedIn,
        (None, Subject::Guest) => Reason::GuestCreated,
        (Some(Subject::Guest), Subject::Guest) => Reason::GuestReplaced,
        (Some(Subject::User), Subject::Guest) => Reason::SignedOutElsewhere,
    }
}
