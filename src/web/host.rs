//! The host's objects. Each one that may be absent is tested for before it is used.

use js_sys::{Array, Function, Promise};
use wasm_bindgen::prelude::*;
use web_sys::AbortSignal;

use crate::core::io::Input;

#[wasm_bindgen(module = "/src/web/host.js")]
extern "C" {
    /// 32 random bits. A Worker allows this only while it serves a request.
    pub fn random() -> u32;

    /// A promise, and the function that settles it. `on_abort` runs if the signal is aborted before that.
    pub fn deferred(signal: Option<&AbortSignal>, on_abort: Option<&JsValue>) -> Array;

    /// A promise that is fulfilled with nothing when `promise` is settled.
    pub fn settled(promise: &Promise) -> Promise;

    /// Reports how a promise is settled: its value or its reason, and whether it is rejected.
    #[wasm_bindgen(js_name = whenSettled)]
    pub fn when_settled(promise: &Promise, report: &JsValue);

    /// The members of an object: name, value, name, value.
    pub fn members(value: &JsValue) -> Option<Array>;

    /// Milliseconds since 1970.
    #[wasm_bindgen(js_name = wallTime)]
    pub fn wall_time() -> f64;

    /// Milliseconds of a clock that never goes back.
    #[wasm_bindgen(js_name = monotonicTime)]
    pub fn monotonic_time() -> f64;

    /// Calls a function outside of the zones of zone.js.
    #[wasm_bindgen(js_name = outsideZones)]
    pub fn outside_zones(task: &JsValue);

    #[wasm_bindgen(js_name = onSignals)]
    fn on_signals(report: &JsValue) -> Function;
}

/// Listens to the signals of the page until it is dropped.
#[derive(Debug)]
pub struct SignalListener {
    stop: Function,
    _report: Closure<dyn Fn(JsValue)>,
}

impl SignalListener {
    /// Calls `report` with each signal. Its numbers are those of host.js.
    pub fn new(report: impl Fn(Input) + 'static) -> SignalListener {
        let report = Closure::<dyn Fn(JsValue)>::new(move |signal: JsValue| match signal.as_f64() {
            Some(0.0) => report(Input::Wake),
            Some(1.0) => report(Input::Hidden),
            Some(2.0) => report(Input::Shown),
            Some(3.0) => report(Input::Offline),
            Some(4.0) => report(Input::Online),
            Some(5.0) => report(Input::Frozen),
            Some(6.0) => report(Input::Prerendering),
            Some(7.0) => report(Input::Activated),
            _ => {}
        });
        SignalListener { stop: on_signals(report.as_ref()), _report: report }
    }
}

impl Drop for SignalListener {
    fn drop(&mut self) {
        // Cannot throw: it removes listeners.
        let _ = self.stop.call0(&JsValue::UNDEFINED);
    }
}
