//! The last session of this tab, for its next page.

use wasm_bindgen::prelude::*;
use web_sys::EventTarget;

#[wasm_bindgen(module = "/src/web/last-session.js")]
extern "C" {
    /// The trace that the page before has left, or `undefined`. From now on a trace of this page's session is kept for the
    /// next one, as the events tell. `name`: the key of the record. `is_local`: whether the record is in `localStorage`.
    #[wasm_bindgen(js_name = lastSession)]
    pub fn last_session(name: &str, is_local: bool, events: &EventTarget) -> JsValue;
}
