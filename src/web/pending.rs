//! A promise that the application is waiting on.

use js_sys::{Function, Promise};
use wasm_bindgen::prelude::*;

use super::host::{self, Listening};
use super::outward;
use crate::core::call::Reply;
use crate::core::error::Error;

/// What a promise is fulfilled with.
pub type AsValue = fn(&Reply) -> JsValue;

/// A promise that is not settled yet.
#[derive(Debug)]
pub struct Pending {
    resolve: Function,
    reject: Function,
    as_value: AsValue,
    /// Listens to the caller's signal as long.
    pub abort: Option<Listening>,
}

impl Pending {
    /// A promise, and what settles it.
    pub fn new(as_value: AsValue) -> (Promise, Pending) {
        let deferred = host::deferred();
        let function = |at| deferred.get(at).unchecked_into();
        let pending = Pending { resolve: function(1), reject: function(2), as_value, abort: None };
        (deferred.get(0).unchecked_into(), pending)
    }

    /// Settles the promise.
    pub fn settle(self, answer: &Result<Reply, Error>) {
        let (settle, value) = match answer {
            Ok(reply) => (&self.resolve, (self.as_value)(reply)),
            Err(error) => (&self.reject, outward::error(error)),
        };
        // Cannot throw: it settles a promise of ours.
        let _ = settle.call1(&JsValue::UNDEFINED, &value);
    }
}
