//! Ends a session although the application has not signed out: the token expired, or the server rejected the refresh
//! token.

use super::Session;
use super::ended::EndedSession;
use super::found::{Found, Source};
use super::held::{Held, LostSession, Vacancy};
use super::phase::{Confirmation, Phase};
use super::wait::STORAGE_LIMIT;
use crate::core::error::{Code, Error};
use crate::core::event::Reason;
use crate::core::ids::ReadId;
use crate::core::io::{Effect, Loaded};
use crate::core::time::Now;

impl Session {
    /// Ends a session whose token has expired and cannot be refreshed. True if the session has ended.
    pub(super) fn expire(&mut self, now: Now) -> bool {
        let expired = self.active().is_some_and(|active| !active.can_refresh() && active.is_expired(now));
        if expired {
            self.end(Reason::Expired, Error::because(Code::LoginRequired, "there is no refresh token"));
        }
        expired
    }

    /// The server rejected the refresh token. Asks for a newer one before the session ends: a peer may have
    /// it, or the storage, since even `sessionStorage` may serve two clients.
    pub(super) fn confirm_rejection(&mut self, error: Error, now: Now) {
        self.enter(Phase::ConfirmingRejection(Confirmation { read: None, error }));
        self.call_roll(now);
        self.wait_for_blocked_peers(now);
        self.read_storage_to_confirm(now);
    }

    pub(super) fn ask_peers_and_storage(&mut self, now: Now) {
        self.ask_peers();
        self.read_storage_to_confirm(now);
    }

    fn read_storage_to_confirm(&mut self, now: Now) {
        let read = ReadId(self.next_id());
        if let Phase::ConfirmingRejection(confirmation) = &mut self.phase {
            confirmation.read = Some((read, now.mono.after(STORAGE_LIMIT)));
            self.effect(Effect::Load(read));
        }
    }

    /// The storage was read.
    pub(super) fn confirmation_loaded(&mut self, loaded: Loaded, now: Now) {
        if matches!(loaded, Loaded::Unavailable) && self.config.options.storage.is_custom() {
            return self.confirmation_failed(now);
        }
        match self.compare_loaded(loaded, now) {
            found @ (Found::Newer(_) | Found::Other(_)) => {
                self.enter(Phase::Ready);
                self.use_found(found, Source::Storage { if_gone: Reason::SignedOutElsewhere }, now);
            }
            Found::NothingNew | Found::Gone if self.sign_out_pending => {}
            // A record that is missing from the storage does not contradict the rejection.
            Found::NothingNew | Found::Gone => self.storage_has_no_newer_token(),
        }
        self.sign_out_if_pending();
    }

    /// The storage does not report the end of the read.
    pub(super) fn confirmation_timeout(&mut self, now: Now) {
        self.confirmation_loaded(Loaded::Unavailable, now);
    }

    /// An application's storage cannot be read. The session is kept, and the refresh is tried again: another process may have
    /// stored newer tokens, which would be removed with the session.
    fn confirmation_failed(&mut self, now: Now) {
        self.enter(Phase::Ready);
        let error = Error::because(Code::StorageFailed, "getItem() failed");
        self.refresh_failed(&error, now);
        self.reply_with_failure(&error, now);
        self.sign_out_if_pending();
    }

    fn storage_has_no_newer_token(&mut self) {
        if let Phase::ConfirmingRejection(confirmation) = &mut self.phase {
            confirmation.read = None;
        }
        if self.roll_call.is_none() {
            self.accept_rejection();
        }
    }

    /// Neither the peers nor the storage have a newer token.
    pub(super) fn accept_rejection(&mut self) {
        if let Phase::ConfirmingRejection(confirmation) = self.enter(Phase::Ready) {
            self.end(Reason::RefreshRejected, confirmation.error);
        }
    }

    fn end(&mut self, reason: Reason, error: Error) {
        let Some(record) = self.vacate() else { return };
        self.ended.remember(EndedSession { id: record.id, signed_out: None });
        let lost = Some(LostSession::of(&record));
        self.held = Held::Vacant(Vacancy { error: Some(error.clone()), lost });
        self.forget_record(record.id);
        self.session_changed(reason, Some(error));
    }
}
