//! The lock that an exchange takes.

use wasm_bindgen::prelude::*;

use super::Driver;
use crate::core::ids::ReadId;
use crate::core::io::Input;
use crate::web::lock;
use crate::web::task::Operation;

// Outcomes of a request for a lock, as in lock.js. With every other outcome, the lock counts as held.
const CHANGED: f64 = 1.0;
const REFUSED: f64 = 2.0;

impl Driver {
    pub(super) fn lock(&self, read: ReadId, name: &str) {
        let requested =
            lock::request(name, self.storage.custom(), self.uses_web_locks.get(), self.peers.get());
        let Some((acquired, release)) = requested else { return self.load(read) };
        self.releases.borrow_mut().add(read, release);
        self.watch(acquired, Operation::Lock(read));
    }

    /// The request for a lock has ended.
    pub(super) fn lock_settled(&self, read: ReadId, outcome: &JsValue) {
        let outcome = outcome.as_f64();
        if outcome == Some(REFUSED) {
            self.uses_web_locks.set(false);
            self.missing.set("locks", true);
            self.handle(Input::LockRefused(read));
        } else if outcome != Some(CHANGED) {
            if let Some(peers) = self.peers.get() {
                self.handle(Input::Peers(peers.others()));
            }
            self.load(read);
        } else if self.releases.borrow_mut().remove(read).is_some() {
            // The storage's `withLock` has returned without running the task. The core reads the storage before it requests
            // the lock again.
            self.handle(Input::RecordChanged);
        }
    }
}
