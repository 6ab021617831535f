//! A promise that the application waits for.

use js_sys::{Function, Promise};
use wasm_bindgen::prelude::*;
use web_sys::AbortSignal;

use super::host;
use super::to_js::{self, JsContext};
use crate::core::call::Reply;
use crate::core::error::Error;

/// Converts a reply to the value that fulfils a promise.
pub type ToValue = fn(&Reply, &JsContext) -> JsValue;

/// A promise that is not settled yet.
#[derive(Debug)]
pub struct Pending {
    settle: Function,
    to_value: ToValue,
    /// Listens to the caller's signal.
    _on_abort: Option<Closure<dyn Fn(JsValue)>>,
}

impl Pending {
    /// A promise, and the handle that settles it. `on_abort` runs if the caller's signal is aborted
    /// before that.
    pub fn new(
        to_value: ToValue,
        signal: Option<&AbortSignal>,
        on_abort: impl Fn() + 'static,
    ) -> (Promise, Pending) {
        let on_abort = signal.map(|_| Closure::<dyn Fn(JsValue)>::new(move |_| on_abort()));
        let deferred = host::deferred(signal, on_abort.as_ref().map(Closure::as_ref));
        let pending = Pending { settle: deferred.get(1).unchecked_into(), to_value, _on_abort: on_abort };
        (deferred.get(0).unchecked_into(), pending)
    }

    /// Settles the promise.
    pub fn settle(self, result: &Result<Reply, Error>, context: &JsContext) {
        let (value, error) = match result {
            Ok(reply) => ((self.to_value)(reply, context), JsValue::UNDEFINED),
            Err(error) => (JsValue::UNDEFINED, to_js::error(error, context)),
        };
        // Cannot throw: it settles a promise of ours.
        let _ = self.settle.call2(&JsValue::UNDEFINED, &value, &error);
    }
}
