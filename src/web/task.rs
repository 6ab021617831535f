//! Waits for promises of the host.

use std::rc::Rc;

use js_sys::Promise;
use wasm_bindgen::prelude::*;

use super::host;
use crate::core::ids::{ExchangeId, ReadId, WriteId};

/// An operation of the host that takes time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Reading the storage.
    Load(ReadId),
    /// Acquiring a lock.
    Lock(ReadId),
    /// Writing to the storage.
    Store {
        /// The write.
        write: WriteId,
        /// Whether it stores a record instead of removing one.
        has_record: bool,
    },
    /// An exchange with the server.
    Exchange(ExchangeId),
}

/// Receives how an operation ended.
pub trait OnSettled {
    /// The operation's promise is settled.
    fn settled(&self, operation: Operation, result: Result<JsValue, JsValue>);
}

/// Reports to the owner when the promise is settled. The owner lives until then, or until the host drops the promise.
pub fn spawn<T: OnSettled + 'static>(owner: Rc<T>, promise: &Promise, operation: Operation) {
    let report = Closure::once_into_js(move |value: JsValue, is_rejected: bool| {
        owner.settled(operation, if is_rejected { Err(value) } else { Ok(value) });
    });
    host::when_settled(promise, &report);
}
