//! A promise that the application is waiting on.

use js_sys::{Function, Promise};
use wasm_bindgen::prelude::*;
use web_sys::AbortSignal;

use super::{host, outward};
use crate::core::call::Reply;
use crate::core::error::Error;

/// What a promise is fulfilled with.
pub type AsValue = fn(&Reply) -> JsValue;

/// A promise that is not settled yet.
#[derive(Debug)]
pub struct Pending {
    settle: Function,
    as_value: AsValue,
    /// Hears the caller's signal as long.
    _aborted: Option<Closure<dyn Fn(JsValue)>>,
}

impl Pending {
    /// A promise, and what settles it. `aborted` is called when the caller's signal is aborted before.
    pub fn new(
        as_value: AsValue,
        signal: Option<&AbortSignal>,
        aborted: impl Fn() + 'static,
    ) -> (Promise, Pending) {
        let aborted = signal.map(|_| Closure::<dyn Fn(JsValue)>::new(move |_| aborted()));
        let deferred = host::deferred(signal, aborted.as_ref().map(Closure::as_ref));
        let pending = Pending { settle: deferred.get(1).unchecked_into(), as_value, _aborted: aborted };
        (deferred.get(0).unchecked_into(), pending)
    }

    /// Settles the promise.
    pub fn settle(self, answer: &Result<Reply, Error>) {
        let (value, error) = match answer {
            Ok(reply) => ((self.as_value)(reply), JsValue::UNDEFINED),
            Err(error) => (JsValue::UNDEFINED, outward::error(error)),
        };
        // Cannot throw: it settles a promise of ours.
        let _ = self.settle.call2(&JsValue::UNDEFINED, &value, &error);
    }
}
