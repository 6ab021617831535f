//! The lock that an exchange takes.

use wasm_bindgen::prelude::*;

use super::Driver;
use crate::core::ids::ReadId;
use crate::core::io::Input;
use crate::web::lock;
use crate::web::task::Operation;

impl Driver {
    pub(super) fn lock(&self, read: ReadId, name: &str) {
        let requested =
            lock::request(name, self.storage.custom(), self.uses_web_locks.get(), self.peers.get());
        let Some((acquired, release)) = requested else { return self.load(read) };
        self.releases.borrow_mut().add(read, release);
        self.watch(acquired, Operation::Lock(read));
    }

    /// `outcome` is false once the lock is held. It is true if the storage's `withLock` returned without running
    /// the task: then the record has to be read again before the lock is requested again. It is a text if the browser
    /// refuses locks.
    pub(super) fn lock_settled(&self, read: ReadId, outcome: &JsValue) {
        if outcome.is_string() {
            self.uses_web_locks.set(false);
            self.missing.set("locks", true);
            self.handle(Input::LockRefused(read));
        } else if !outcome.is_truthy() {
            if let Some(peers) = self.peers.get() {
                self.handle(Input::Peers(peers.others()));
            }
            self.load(read);
        } else if self.releases.borrow_mut().remove(read).is_some() {
            // The core reads the storage, as when the page is shown again.
            self.handle(Input::Shown);
        }
    }
}
