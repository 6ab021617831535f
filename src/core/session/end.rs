//! The end of a session that the application did not ask for: its token expired, or the server rejected
//! the refresh token.

use super::Session;
use super::ended::EndedSession;
use super::held::{Found, Held, Source, Vacancy};
use super::phase::{Confirmation, Phase};
use super::wait::{PEER_RESPONSE_TIME, STORAGE_LIMIT, Wait};
use crate::core::error::{Code, Error};
use crate::core::event::Reason;
use crate::core::ids::ReadId;
use crate::core::io::{Effect, Loaded};
use crate::core::record::Subject;
use crate::core::time::Now;

impl Session {
    /// Ends a session whose token has expired and cannot be refreshed. True if it did.
    pub(super) fn expire(&mut self, now: Now) -> bool {
        let expired = self.active().is_some_and(|active| !active.can_refresh() && active.is_expired(now));
        if expired {
            self.end(Reason::Expired, Error::because(Code::LoginRequired, "no refresh token"));
        }
        expired
    }

    /// The server rejected the refresh token. Asks for a newer one before the session ends: a peer may have
    /// it, or the storage, since even `sessionStorage` may serve two clients.
    pub(super) fn confirm_rejection(&mut self, error: Error, now: Now) {
        let mut wait = Wait::of(PEER_RESPONSE_TIME, now);
        if self.knows_peers {
            wait.extend_for_blocked_peer(now);
        }
        self.enter(Phase::ConfirmingRejection(Confirmation { read: None, of: self.held_id(), error, wait }));
        self.ask_peers_and_storage(now);
    }

    fn ask_peers_and_storage(&mut self, now: Now) {
        self.ask_peers();
        let read = ReadId(self.next_id());
        if let Phase::ConfirmingRejection(confirmation) = &mut self.phase {
            confirmation.read = Some((read, now.mono.after(STORAGE_LIMIT)));
            self.effect(Effect::Load(read));
        }
    }

    /// The storage was read.
    pub(super) fn confirmation_loaded(&mut self, loaded: Loaded, now: Now) {
        match self.compare_loaded(loaded, now) {
            found @ (Found::Newer(_) | Found::Other(_)) => {
                self.enter(Phase::Ready);
                self.adopt(found, Source::Storage { if_gone: Reason::SignedOutElsewhere }, now);
            }
            // A record that is missing from the storage does not contradict the rejection.
            Found::NothingNew | Found::Gone => {
                if let Phase::ConfirmingRejection(confirmation) = &mut self.phase {
                    confirmation.read = None;
                }
                if !self.config.options.has_peers {
                    self.accept_rejection();
                }
            }
        }
    }

    /// Neither the peers nor the storage have a newer token, unless there was no time to say so.
    pub(super) fn confirmation_timeout(&mut self, now: Now) {
        let Phase::ConfirmingRejection(confirmation) = &mut self.phase else { return };
        if confirmation.wait.should_ask_again(now) {
            self.ask_peers_and_storage(now);
        } else {
            self.accept_rejection();
        }
    }

    fn accept_rejection(&mut self) {
        if let Phase::ConfirmingRejection(confirmation) = self.enter(Phase::Ready) {
            self.end(Reason::RefreshRejected, confirmation.error);
        }
    }

    fn end(&mut self, reason: Reason, error: Error) {
        let Some(record) = self.vacate() else { return };
        self.ended.remember(EndedSession { id: record.id, signed_out: false });
        let lost_guest = (record.subject == Subject::Guest).then_some(record.id);
        self.held = Held::Vacant(Vacancy { ended: Some(error.clone()), lost_guest });
        self.forget_record();
        self.session_changed(reason, Some(error));
    }
}
