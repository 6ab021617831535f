//! The operations of the host that are under way.

use js_sys::Promise;
use wasm_bindgen::prelude::*;

use super::Driver;
use crate::core::io::Input;
use crate::web::task::{OnSettled, Operation, spawn};
use crate::web::{fetch, host, storage};

impl Driver {
    /// Watches an operation until its promise is settled.
    pub(super) fn watch(&self, promise: Promise, operation: Operation) {
        if let Some(wait_until) = &self.wait_until {
            // If `waitUntil` throws, the operation may end with the request. Nothing here can prevent that.
            let _ = wait_until.call1(&JsValue::UNDEFINED, &host::settled(&promise));
        }
        if let Some(driver) = self.this.upgrade() {
            spawn(driver, &promise, operation);
        }
        self.operations.borrow_mut().add(operation, promise);
    }

    /// Attaches the running operations to the caller's request through `waitUntil`. In a Worker, a
    /// promise belongs to the request that created it, and would end with that request.
    pub(super) fn rejoin_operations(&self) {
        if self.wait_until.is_some() {
            for (operation, promise) in self.operations.take() {
                self.watch(promise, operation);
            }
        }
    }
}

impl OnSettled for Driver {
    fn settled(&self, operation: Operation, result: Result<JsValue, JsValue>) {
        // In a Worker, several requests may watch one operation: only the first report counts.
        let watched = self.operations.borrow_mut().remove(operation);
        if watched.is_none() {
            return;
        }
        match operation {
            Operation::Load(read) => self.handle(Input::Loaded(read, storage::loaded(result))),
            Operation::Lock(read) => self.lock_settled(read, &result.unwrap_or_default()),
            Operation::Store { write, has_record } => {
                self.stored(write, has_record, storage::stored(&result))
            }
            Operation::Exchange(exchange) => {
                let abort = self.aborts.borrow_mut().remove(exchange);
                drop(abort);
                self.context.set_failure(fetch::failure(&result));
                self.handle(Input::ExchangeEnded(exchange, fetch::result(result)));
            }
        }
    }
}
