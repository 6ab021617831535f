//! A record that was found in the storage or at a peer: how it compares to the session that is held, and what
//! follows from that.

use std::rc::Rc;

use super::Session;
use super::ended::EndedSession;
use crate::core::error::Error;
use crate::core::event::{Event, Reason, Refresh};
use crate::core::ids::WriteId;
use crate::core::io::{Effect, Loaded};
use crate::core::record::{Record, Subject, is_being_signed_out};
use crate::core::time::Now;

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
    /// Compares what was read from the storage with the session that is held.
    pub(super) fn compare_loaded(&mut self, loaded: Loaded, now: Now) -> Found {
        match loaded {
            // Damaged text has nothing to save: the next write replaces it.
            Loaded::Unavailable | Loaded::Garbage => Found::NothingNew,
            Loaded::Nothing if self.active().is_some_and(|active| active.stored) => Found::Gone,
            Loaded::Nothing => Found::NothingNew,
            Loaded::Record(members) => match Record::from_members(&members, &self.config, now) {
                Ok(Some(record)) => {
                    self.note_stored(&record);
                    self.note_attempts_elsewhere(&record, now);
                    self.complete_copy(&record);
                    self.note_guest_used_elsewhere(&record);
                    self.sign_out_pending |= is_being_signed_out(&members) && !self.ended.has(record.id);
                    self.compare(Rc::new(record))
                }
                Ok(None) => Found::NothingNew,
                Err(error) => {
                    self.set_aside(error);
                    Found::NothingNew
                }
            },
        }
    }

    pub(super) fn compare(&self, record: Rc<Record>) -> Found {
        if self.ended.has(record.id) || self.is_signed_out(&record) {
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
                self.emit(Event::TokenRefresh(Refresh::Received));
            }
            Found::Other(record) => {
                self.abandon_unless_sign_in();
                let before = self.vacate();
                let reason = reason(before.as_deref(), &record, source);
                if let Some(before) = before {
                    self.ended.remember(EndedSession { id: before.id, signed_out: None });
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
            let signed_out = (reason == Reason::SignedOutElsewhere).then(|| record.users_before());
            self.ended.remember(EndedSession { id: record.id, signed_out });
        }
        self.abandon_unless_sign_in();
        self.session_changed(reason, None);
    }

    /// Another client, or another version, has stored its record under this client's key. The record is moved, since
    /// that client may still need it.
    fn set_aside(&mut self, error: Error) {
        if !self.page.prerendering {
            let write = WriteId(self.next_id());
            self.setting_aside = Some((write, error));
            self.effect(Effect::SetAside(write));
        }
    }

    /// The write has ended. True if it was to move another client's record.
    pub(super) fn set_aside_ended(&mut self, write: WriteId, stored: bool) -> bool {
        let Some((_, error)) = self.setting_aside.take_if(|(pending, _)| *pending == write) else {
            return false;
        };
        if stored {
            self.session_changed(Reason::RecordSetAside, Some(error));
        }
        true
    }

    /// The record that is held is in the storage, even if the report of its write came too late.
    fn note_stored(&mut self, stored: &Record) {
        if let Some(active) = self.active_mut() {
            let held = &active.record;
            active.stored |= held.id == stored.id && held.tokens.access_token == stored.tokens.access_token;
        }
    }

    /// Another page that has the same token set may have tried to refresh it since this page did. If this
    /// page's last write failed, the stored attempts are older than its own, and do not count.
    fn note_attempts_elsewhere(&mut self, stored: &Record, now: Now) {
        let Some(active) = self.active_mut() else { return };
        let same = active.record.id == stored.id && active.record.generation == stored.generation;
        if same && stored.attempts.are_later_than(active.attempted_at, now) {
            active.attempts = stored.attempts;
            active.attempted_at = stored.attempts.latest_at;
        }
    }

    /// The held record may be a cached copy with a placeholder instead of the refresh token (kv-storage.js). The record in the
    /// primary storage has the real one, and it is taken from there.
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

    /// Abandons an exchange for the previous session, whose result is of no use. A sign-in goes on: it begins a session
    /// of its own.
    fn abandon_unless_sign_in(&mut self) {
        if self.phase.is_signing_in() {
            return;
        }
        if let Some(written) = self.abandon_or_revoke_exchange() {
            self.store(None);
            self.revoke(&written);
        }
    }
}

fn reason(before: Option<&Record>, record: &Record, source: Source) -> Reason {
    let gives_up = before.is_some_and(|before| before.unused && !record.replaces.has(before.id));
    match (before.map(|before| before.subject), record.subject) {
        (None, _) if source != Source::PeerBegan => Reason::Restored,
        (_, Subject::User) => Reason::SignedIn,
        (None, Subject::Guest) => Reason::GuestCreated,
        (Some(Subject::Guest), Subject::Guest) if gives_up => Reason::GuestJoined,
        (Some(Subject::Guest), Subject::Guest) => Reason::GuestReplaced,
        (Some(Subject::User), Subject::Guest) => Reason::SignedOutElsewhere,
    }
}
