//! The host's objects. Everything that may be absent is looked at before it is touched.

use js_sys::{Array, Function, Promise, Reflect};
use wasm_bindgen::prelude::*;
use web_sys::AbortSignal;

#[wasm_bindgen(module = "/src/web/host.js")]
extern "C" {
    /// 32 random bits. Not for a Worker's global scope.
    pub fn random() -> u32;

    /// A promise, and the functions that settle it.
    pub fn deferred() -> Array;

    /// A promise that tells when another is settled, and nothing else.
    pub fn end(promise: &Promise) -> Promise;

    /// The members of an object: name, value, name, value.
    pub fn members(value: &JsValue) -> Option<Array>;

    #[wasm_bindgen(js_name = onAbort)]
    fn on_abort(signal: &AbortSignal, aborted: &JsValue) -> Function;

    #[wasm_bindgen(js_name = onSignals)]
    fn on_signals(wake: &JsValue, online: &JsValue) -> Function;
}

/// A property; `undefined` where there is none, or it may not be read.
pub fn get(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).unwrap_or(JsValue::UNDEFINED)
}

/// Listens to the host until it is dropped.
#[derive(Debug)]
pub struct Listening {
    end: Function,
    _heard: [Heard; 2],
}

type Heard = Option<Closure<dyn Fn()>>;

impl Listening {
    /// Calls `aborted` when the signal is aborted.
    pub fn to_abort(signal: &AbortSignal, aborted: Box<dyn Fn()>) -> Listening {
        let aborted = Closure::wrap(aborted);
        Listening { end: on_abort(signal, aborted.as_ref()), _heard: [Some(aborted), None] }
    }

    /// Calls `wake` when time may have passed unseen, and `online` when the network is back.
    pub fn to_signals(wake: Box<dyn Fn()>, online: Box<dyn Fn()>) -> Listening {
        let (wake, online) = (Closure::wrap(wake), Closure::wrap(online));
        Listening { end: on_signals(wake.as_ref(), online.as_ref()), _heard: [Some(wake), Some(online)] }
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        // Cannot throw: it takes listeners away.
        let _ = self.end.call0(&JsValue::UNDEFINED);
    }
}
