//! The application's listeners.

use js_sys::Function;
use wasm_bindgen::prelude::*;
use web_sys::EventTarget;

use super::{options, outward};
use crate::core::error::{Code, Error};
use crate::core::event::Event;

#[wasm_bindgen(module = "/src/web/events.js")]
extern "C" {
    fn target() -> EventTarget;

    #[wasm_bindgen(catch)]
    fn on(
        target: &EventTarget,
        kind: &JsValue,
        listener: &JsValue,
        options: &JsValue,
    ) -> Result<Function, JsValue>;

    fn emit(target: &EventTarget, kind: &str, members: &JsValue, session: &JsValue, error: &JsValue);
}

/// The application's listeners, in the order in which they came.
#[derive(Debug)]
pub struct Events(EventTarget);

impl Default for Events {
    fn default() -> Events {
        Events(target())
    }
}

impl Events {
    /// Adds a listener. What it returns takes the listener away again.
    ///
    /// # Errors
    ///
    /// [`Code::InvalidArgument`], with the argument's name.
    pub fn on(&self, kind: &JsValue, listener: &JsValue, options: &JsValue) -> Result<Function, Error> {
        on(&self.0, kind, listener, options).map_err(|error| options::wrong(Code::InvalidArgument, &error))
    }

    /// Tells the listeners.
    pub fn emit(&self, event: &Event) {
        let (kind, members, session, error) = outward::event(event);
        emit(&self.0, kind, &members, &session, &error);
    }
}
