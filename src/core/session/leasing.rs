//! Leases: which token the front may give out, and until when. [`lease`](crate::core::lease) has the front's rule.

use super::Session;
use super::phase::Phase;
use crate::core::ids::WriteId;
use crate::core::lease::{Lease, Term};
use crate::core::record::{Attempts, Record};
use crate::core::time::Now;

impl Session {
    /// The lease as it is after the last input. Within it, the reply to each call for a token without options
    /// would be this token, and the reply to each call for the session would be this session. There is none while
    /// anything is under way that could change them.
    pub fn lease(&self, now: Now) -> Option<Lease> {
        let active = self.active()?;
        let idle = matches!(self.phase, Phase::Ready) && self.calls.is_empty() && !self.sign_out_pending;
        let in_use = !(self.page.hidden || self.page.disposed);
        // The core must know when a guest's token is given out for the first time.
        let certain = active.attempts == Attempts::default() && !active.record.unused;
        let term = active.term(&self.config, now).filter(|_| idle && in_use && certain)?;
        let token = active.record.tokens.access_token.clone();
        Some(Lease { token, session: self.view()?, term })
    }

    /// Writes the record with its lease. While a refresh is under way, and after a refusal, the record has no lease:
    /// the server may have replaced its tokens. A guest's record has none before the core has given out a token of the
    /// guest.
    pub(super) fn store_record(&mut self, record: &Record, attempts: Attempts, now: Now) -> WriteId {
        let mut members = record.to_members(&self.config, attempts);
        let certain = attempts == Attempts::default() && !record.unused;
        let term = Term::of(&record.tokens, record.tokens.sent.mono, &self.config, now);
        if let Some(term) = term.filter(|_| certain) {
            term.push_to(&mut members);
        }
        self.store(Some(members))
    }
}
