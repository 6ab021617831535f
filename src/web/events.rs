//! The application's listeners.

use js_sys::Function;
use wasm_bindgen::prelude::*;
use web_sys::{AbortSignal, EventTarget};

use super::outward;
use crate::core::event::Event;

/// The types of events.
pub const TYPES: [&str; 2] = ["sessionchange", "tokenrefresh"];

#[wasm_bindgen(module = "/src/web/events.js")]
extern "C" {
    fn on(target: &EventTarget, kind: &str, listener: &Function, signal: Option<&AbortSignal>) -> Function;
    fn emit(target: &EventTarget, kind: &str, members: &JsValue, error: Option<JsValue>);
}

/// The application's listeners, in the order in which they came.
#[derive(Debug)]
pub struct Events(EventTarget);

impl Events {
    /// No listeners.
    ///
    /// # Errors
    ///
    /// Where the host knows no events.
    pub fn new() -> Result<Events, JsValue> {
        EventTarget::new().map(Events)
    }

    /// Adds a listener. What it returns takes the listener away again.
    pub fn on(&self, kind: &str, listener: &Function, signal: Option<&AbortSignal>) -> Function {
        on(&self.0, kind, listener, signal)
    }

    /// Tells the listeners.
    pub fn emit(&self, event: &Event) {
        let (kind, members, error) = outward::event(event);
        emit(&self.0, kind, &members, error);
    }
}
