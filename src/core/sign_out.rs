//! The end of a session that is asked for here.

use super::calls::{SignOut, Want};
use super::error::{Code, Error};
use super::event::Reason;
use super::grant::revocation;
use super::ids::ExchangeId;
use super::io::Effect;
use super::message::Message;
use super::record::Record;
use super::session::Session;

impl Session {
    /// Ends the session at once, wins over any answer that is under way, and revokes the refresh
    /// token where the server can (RFC 7009).
    pub(super) fn sign_out(&mut self, out: &mut Vec<Effect>) -> SignOut {
        let written = self.abandon_exchange(out);
        let active = self.active.take().map(|active| active.record);
        let had_session = active.is_some();
        for record in written.iter().chain(&active) {
            self.remember_ended(record.id, true);
            self.broadcast(&Message::SignedOut(record.id), out);
        }
        let ended = written.or(active);
        self.clear_vacancy();
        self.answer_each(out, &|_, call| match call.want {
            Want::Token(_) | Want::Guest | Want::SignIn { .. } => Some(Err(Error::new(Code::SignedOut))),
            Want::Undecided(_) | Want::Session | Want::SignOut(_) => None,
        });
        let write = Some(self.store(None, out));
        let revocation = ended.and_then(|record| self.revoke(&record, out));
        if had_session {
            self.session_changed(Reason::SignedOut, None, out);
        }
        SignOut { write, revocation }
    }

    fn revoke(&mut self, record: &Record, out: &mut Vec<Effect>) -> Option<ExchangeId> {
        let token = record.tokens.refresh_token.as_ref()?;
        let request = revocation(&self.config, token)?;
        let id = ExchangeId(self.next_id());
        out.push(Effect::Send(id, Box::new(request)));
        Some(id)
    }

    /// A revocation has ended; RFC 7009 §2.2 leaves nothing to be done about how.
    pub(super) fn revoked(&mut self, id: ExchangeId) {
        for call in &mut self.calls {
            if let Want::SignOut(sign_out) = &mut call.want {
                sign_out.revocation.take_if(|revocation| *revocation == id);
            }
        }
    }
}
