//! A listener in Rust.

use std::fmt;

use js_sys::Function;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;

use super::events;
use super::front_api::FrontApi;

/// Keeps a listener, and removes it when it is dropped.
pub struct Subscription {
    /// Absent if the listener could not be added.
    remove: Option<Function>,
    _listener: Closure<dyn Fn(JsValue)>,
}

impl Subscription {
    pub(super) fn new<E: JsCast>(
        kind: &str,
        front: &FrontApi,
        listener: impl Fn(E) + 'static,
    ) -> Subscription {
        let listener =
            Closure::<dyn Fn(JsValue)>::new(move |event: JsValue| listener(event.unchecked_into()));
        let remove = events::listen(front, &kind.into(), listener.as_ref(), &JsValue::UNDEFINED).ok();
        Subscription { remove, _listener: listener }
    }
}

impl fmt::Debug for Subscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Subscription")
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        if let Some(remove) = &self.remove {
            // Cannot throw: it removes a listener.
            let _ = remove.call0(&JsValue::UNDEFINED);
        }
    }
}
