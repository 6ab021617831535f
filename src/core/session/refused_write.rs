//! A write that the storage refused: the session has ended elsewhere, or another client has refreshed it.

use std::rc::Rc;

use super::Session;
use super::ended::EndedSession;
use super::phase::{Phase, RefusedWrite, Storing};
use super::wait::STORAGE_LIMIT;
use crate::core::error::{Code, Error};
use crate::core::ids::WriteId;
use crate::core::time::Now;

impl Session {
    /// Reads the storage, which tells whether the session has ended.
    pub(super) fn write_refused(&mut self, write: WriteId, now: Now) {
        let is_late = matches!(self.phase, Phase::Ready);
        let refused = if is_late { self.refused_late() } else { self.refused_in_time(write) };
        if refused.is_some() {
            self.read_storage_after(refused, now.mono.after(STORAGE_LIMIT));
        }
    }

    /// The new tokens were refused. Nothing is done for a write that only noted that a refresh began: the storage
    /// will refuse the result of that refresh, too.
    fn refused_in_time(&mut self, write: WriteId) -> Option<RefusedWrite> {
        if !matches!(&self.phase, Phase::Storing(storing) if storing.write == write) {
            return None;
        }
        let Phase::Storing(Storing { record, purpose, .. }) = self.enter(Phase::Ready) else { return None };
        Some(RefusedWrite { record, call: purpose.call })
    }

    /// The refusal came after this client had stopped waiting for the write: it uses the new tokens already.
    fn refused_late(&mut self) -> Option<RefusedWrite> {
        let active = self.active_mut().filter(|active| !active.stored)?;
        // If the record is missing from the storage from now on, another client has removed it.
        active.stored = true;
        Some(RefusedWrite { record: Rc::clone(&active.record), call: None })
    }

    /// The storage was read. If the session is no longer there, it has ended: its calls are rejected, and its refresh
    /// token is revoked.
    pub(super) fn settle_refused_write(&mut self, refused: &RefusedWrite) {
        let RefusedWrite { record, call } = refused;
        if self.held_id() == Some(record.id) {
            return;
        }
        self.ended.remember(EndedSession { id: record.id, signed_out: Some(record.users_before()) });
        self.revoke(record);
        if let Some(call) = call {
            self.reply(*call, Err(Error::new(Code::SignedOut)));
        }
        if self.active().is_none() {
            self.reply_with_signed_out();
        }
    }
}
