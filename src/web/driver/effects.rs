//! Carries out the core's effects.

use std::cell::RefCell;

use js_sys::Function;
use wasm_bindgen::prelude::*;

use super::Driver;
use crate::core::grant::Request;
use crate::core::ids::{ExchangeId, ReadId, WriteId};
use crate::core::io::{Effect, Input};
use crate::web::in_flight::InFlight;
use crate::web::storage::{Change, MaybeAsync, Stored};
use crate::web::task::Operation;
use crate::web::{events, fetch};

impl Driver {
    pub(super) fn perform(&self, effect: Effect) {
        match effect {
            Effect::Load(read) => self.load(read),
            Effect::Lock(read, name) => self.lock(read, &name),
            Effect::Unlock(read) => call_and_remove(&self.releases, read),
            Effect::Broadcast(message) => {
                if let Some(peers) = self.peers.get() {
                    peers.broadcast(&message);
                }
            }
            Effect::ForgetPeers(pages) => {
                if let Some(peers) = self.peers.get() {
                    peers.forget(&pages);
                }
            }
            Effect::Store(write, record) => {
                self.store(write, record.as_ref().map_or(Change::SignOut, Change::Write))
            }
            Effect::Forget(write, session) => self.store(write, Change::End(session)),
            Effect::SetAside(write) => {
                let moving = self.storage.set_aside(self.config.storage_key());
                self.watch(moving, Operation::Store { write, has_record: true });
            }
            Effect::Send(exchange, request) => self.send(exchange, &request),
            Effect::Abort(exchange) => call_and_remove(&self.aborts, exchange),
            Effect::Reply(call, result) => {
                let pending = self.pending_calls.borrow_mut().remove(call);
                if let Some(pending) = pending {
                    pending.settle(&result, &self.context);
                }
            }
            // A listener to an earlier event of these effects may have disposed of the client.
            Effect::Emit(event) => {
                if !self.is_disposed.get() {
                    events::dispatch(&event, &self.context);
                }
            }
        }
    }

    pub(super) fn load(&self, read: ReadId) {
        match self.storage.load(self.config.storage_key()) {
            MaybeAsync::Ready(loaded) => self.handle(Input::Loaded(read, loaded)),
            MaybeAsync::Pending(loading) => self.watch(loading, Operation::Load(read)),
        }
    }

    fn store(&self, write: WriteId, change: Change<'_>) {
        let has_record = matches!(change, Change::Write(_));
        match self.storage.store(self.config.storage_key(), change) {
            MaybeAsync::Ready(stored) => self.stored(write, has_record, stored),
            MaybeAsync::Pending(storing) => self.watch(storing, Operation::Store { write, has_record }),
        }
    }

    /// Only a write of a record tells whether the storage works: one that is full can still remove.
    pub(super) fn stored(&self, write: WriteId, has_record: bool, stored: Stored) {
        if has_record {
            self.missing.set("storage", matches!(stored, Stored::Failed));
        }
        self.handle(match stored {
            Stored::Refused if has_record => Input::Refused(write),
            Stored::Done | Stored::Refused => Input::Stored(write, true),
            Stored::Failed => Input::Stored(write, false),
        });
    }

    fn send(&self, exchange: ExchangeId, request: &Request) {
        let (sending, abort) = fetch::exchange(self.own_fetch.as_ref(), request, self.has_pending_calls());
        self.aborts.borrow_mut().add(exchange, abort);
        self.watch(sending, Operation::Exchange(exchange));
    }
}

fn call_and_remove<K: Copy + PartialEq>(functions: &RefCell<InFlight<K, Function>>, id: K) {
    let function = functions.borrow_mut().remove(id);
    if let Some(function) = function {
        // Cannot throw: it aborts a signal of ours, or settles a promise.
        let _ = function.call0(&JsValue::UNDEFINED);
    }
}
