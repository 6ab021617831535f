//! Finds out where the code runs. Everything that may be absent is looked at before it is touched.

use js_sys::{Function, Reflect};
use wasm_bindgen::prelude::*;

/// A property of the global object; `undefined` where there is none, or it may not be read.
pub fn global(name: &str) -> JsValue {
    get(&js_sys::global(), name)
}

/// A property; `undefined` where there is none, or it may not be read.
pub fn get(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).unwrap_or(JsValue::UNDEFINED)
}

/// Sets a property of an object of ours.
pub fn set(object: &JsValue, name: &str, value: &JsValue) {
    // Cannot fail: the object is ours, plain and extensible.
    let _ = Reflect::set(object, &name.into(), value);
}

/// A method of `object`, if it is one.
pub fn method(object: &JsValue, name: &str) -> Option<Function> {
    get(object, name).dyn_into().ok()
}

/// Whether this is a page, and not a worker or a server.
pub fn is_page() -> bool {
    js_sys::global().has_type::<web_sys::Window>()
}
