//! Sign-outs: the application ends the session.

use std::mem;

use super::Session;
use super::calls::SignOutWant;
use super::ended::EndedSession;
use crate::core::event::Reason;

impl Session {
    /// Carries out a sign-out whose caller no longer waits, or whose page never had a core.
    pub(super) fn sign_out_if_pending(&mut self) {
        if !self.page.prerendering && mem::take(&mut self.sign_out_pending) {
            self.sign_out();
        }
    }

    /// Ends the session at once, even if a response is under way, and revokes the refresh token if the
    /// server has a revocation endpoint (RFC 7009).
    pub(super) fn sign_out(&mut self) -> SignOutWant {
        let written = self.abandon_or_revoke_exchange();
        let held = self.vacate();
        let had_session = held.is_some();
        for record in written.iter().chain(&held) {
            let ended = EndedSession { id: record.id, signed_out: Some(record.users_before()) };
            if let Some(sign_out) = ended.sign_out() {
                self.broadcast(&sign_out);
            }
            self.ended.remember(ended);
        }
        self.reply_with_signed_out();
        let write = Some(self.store(None));
        self.revocations.forget_failure();
        for record in written.iter().chain(&held) {
            self.revoke(record);
        }
        if had_session {
            self.session_changed(Reason::SignedOut, None);
        }
        SignOutWant { write }
    }
}
