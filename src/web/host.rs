//! The host's objects. Everything that may be absent is looked at before it is touched.

use js_sys::{Array, Function, Promise};
use wasm_bindgen::prelude::*;
use web_sys::AbortSignal;

use crate::core::io::Input;

#[wasm_bindgen(module = "/src/web/host.js")]
extern "C" {
    /// 32 random bits. Not for a Worker's global scope.
    pub fn random() -> u32;

    /// A promise, and the function that settles it. `aborted` is called when the signal is aborted before.
    pub fn deferred(signal: Option<&AbortSignal>, aborted: Option<&JsValue>) -> Array;

    /// A promise that tells when another is settled, and nothing else.
    pub fn end(promise: &Promise) -> Promise;

    /// The members of an object: name, value, name, value.
    pub fn members(value: &JsValue) -> Option<Array>;

    /// What the host does not give, and the storage where it was not written to.
    pub fn lacks(lacks: &Array, unwritten: bool) -> Array;

    #[wasm_bindgen(js_name = onSignals)]
    fn on_signals(tell: &JsValue) -> Function;
}

/// Listens to the host until it is dropped.
#[derive(Debug)]
pub struct Listening {
    end: Function,
    _heard: Closure<dyn Fn(JsValue)>,
}

impl Listening {
    /// Calls `tell` with what the page tells, by the numbers of host.js.
    pub fn to_signals(tell: impl Fn(Input) + 'static) -> Listening {
        let heard = Closure::<dyn Fn(JsValue)>::new(move |signal: JsValue| match signal.as_f64() {
            Some(0.0) => tell(Input::Wake),
            Some(1.0) => tell(Input::Hidden),
            Some(2.0) => tell(Input::Shown),
            Some(3.0) => tell(Input::Offline),
            Some(4.0) => tell(Input::Online),
            Some(5.0) => tell(Input::Frozen),
            _ => {}
        });
        Listening { end: on_signals(heard.as_ref()), _heard: heard }
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        // Cannot throw: it takes listeners away.
        let _ = self.end.call0(&JsValue::UNDEFINED);
    }
}
