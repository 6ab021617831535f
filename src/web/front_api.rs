//! What the core sees of the front, the JavaScript between the application and the core.

use wasm_bindgen::prelude::*;
use web_sys::EventTarget;

#[wasm_bindgen(module = "/src/web/front-api.js")]
extern "C" {
    /// For a program in Rust, which has no front: it drops what the core publishes.
    #[wasm_bindgen(js_name = noFront)]
    pub fn no_front() -> FrontApi;
}

#[wasm_bindgen]
extern "C" {
    /// This page's entry in the register of pages: the type `Presence` of presence.js.
    #[derive(Debug)]
    pub type Presence;

    /// The type `FrontApi` of front-api.js.
    #[derive(Debug)]
    pub type FrontApi;

    /// The application's listeners.
    #[wasm_bindgen(method, getter)]
    pub fn events(this: &FrontApi) -> EventTarget;

    /// This page's entry in the register of pages.
    #[wasm_bindgen(method)]
    pub fn presence(this: &FrontApi, name: &str, owner: &str) -> Presence;

    /// The stored record that the front has answered from, as an object; else `undefined`.
    #[wasm_bindgen(method, js_name = shownRecord)]
    pub fn shown_record(this: &FrontApi) -> JsValue;

    /// A session as the application sees it.
    #[wasm_bindgen(method)]
    pub fn session(
        this: &FrontApi,
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
        this: &FrontApi,
        session: &JsValue,
        token: Option<&str>,
        user_session: Option<&str>,
        from: f64,
        until: f64,
    );
}
