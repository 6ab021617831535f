//! A record that was cleared from the storage without a sign-out, by the shopper or by another script.

use super::Session;
use super::found::Found;
use super::phase::Phase;
use crate::core::time::Now;

impl Session {
    /// If the record was cleared from the storage, stores the session that is held once more.
    pub(super) fn restore_cleared_record(&mut self, found: Found, now: Now) -> Found {
        if matches!(found, Found::Gone) && self.outlives_its_record() {
            self.store_held_record(now);
            Found::NothingNew
        } else {
            found
        }
    }

    /// The storages of the origin were cleared, and with them the list of sign-outs. To rebuild the list, each page
    /// broadcasts all sign-outs that it knows once more: the host adds each sign-out that it broadcasts to the list. A
    /// record that pages share is stored again under the lock only.
    pub(super) fn storage_cleared(&mut self, now: Now) {
        for sign_out in self.ended.sign_outs() {
            self.broadcast(&sign_out);
        }
        let is_storing = matches!(self.phase, Phase::Storing(_));
        if self.outlives_its_record() && !self.config.options.storage.is_shared() && !is_storing {
            self.store_held_record(now);
        }
    }

    /// Whether the session goes on if its record is gone from the storage. It does where a page that signs out tells its
    /// peers before it removes the record: then a record that is gone without a message was cleared.
    fn outlives_its_record(&self) -> bool {
        self.config.options.has_peers && !self.config.options.storage.is_custom()
    }
}
