//! The front: the JavaScript between the application and the core.

use wasm_bindgen::prelude::*;
use web_sys::EventTarget;

#[wasm_bindgen(module = "/src/web/front.js")]
extern "C" {
    /// The front of a program in Rust: nobody hears what it publishes.
    #[wasm_bindgen(js_name = noFront)]
    pub fn no_front() -> Front;
}

#[wasm_bindgen]
extern "C" {
    /// The type `Presence` of presence.js: this page's entry in the register of pages.
    #[derive(Debug)]
    pub type Register;

    /// The type `Front` of front.js.
    #[derive(Debug)]
    pub type Front;

    /// The application's listeners.
    #[wasm_bindgen(method, getter)]
    pub fn events(this: &Front) -> EventTarget;

    /// This page's entry in the register of pages.
    #[wasm_bindgen(method)]
    pub fn register(this: &Front, name: &str, owner: &str) -> Register;

    /// A session as the application sees it.
    #[wasm_bindgen(method)]
    pub fn session(
        this: &Front,
        id: &str,
        subject: &str,
        scope: Option<&str>,
        expires_at: Option<f64>,
        refresh_token_expires_at: Option<f64>,
    ) -> JsValue;

    /// Reports the current session, and its lease if there is one: the token that the front may give out, the
    /// session's id if it is a user's, and from when and until when the lease holds.
    #[wasm_bindgen(method)]
    pub fn publish(
        this: &Front,
        session: &JsValue,
        token: Option<&str>,
        user: Option<&str>,
        from: f64,
        until: f64,
    );
}
