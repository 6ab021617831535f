//! Adoptions: the tokens come with a call instead of from the token endpoint.

use super::Session;
use crate::core::adoption::Adoption;
use crate::core::call::{CallResult, Reply};
use crate::core::error::{Code, Error};
use crate::core::grant::GrantKind;
use crate::core::record::Generation;
use crate::core::time::Now;

impl Session {
    /// The result of an adopting call, if its session is held already, or has ended.
    pub(super) fn adoption_result(&self, adoption: &Adoption) -> Option<CallResult> {
        if self.held_id() == Some(adoption.id) {
            return Some(Ok(Reply::Session(self.view())));
        }
        let ended = self.ended.has(adoption.id)
            || self.ended.is_signed_out(adoption.id, adoption.subject, Generation::default());
        ended.then(|| Err(Error::because(Code::LoginRequired, "the session of these tokens has ended")))
    }

    /// Has the tokens of the call written. Like new tokens, they are used once they are stored.
    pub(super) fn store_adopted(&mut self, now: Now) {
        let Some((call, adoption)) = self.calls.adoption() else { return };
        self.store_new(adoption.record(now), self.purpose(GrantKind::Adoption, Some(call), now), now);
    }
}
