//! Values of JavaScript.

use js_sys::{Function, JSON, Object, Reflect};
use wasm_bindgen::prelude::*;

/// The value of a JSON text.
pub fn js(json: &str) -> JsValue {
    JSON::parse(json).expect("a JSON text")
}

pub fn get(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).expect("a readable property")
}

pub fn text(object: &JsValue, name: &str) -> String {
    get(object, name).as_string().unwrap_or_else(|| panic!("{name} is no text in {object:?}"))
}

pub fn number(object: &JsValue, name: &str) -> f64 {
    get(object, name).as_f64().unwrap_or_else(|| panic!("{name} is no number in {object:?}"))
}

pub fn set(object: &JsValue, name: &str, value: impl Into<JsValue>) {
    Reflect::set(object, &name.into(), &value.into()).expect("a writable property");
}

/// An object with one member.
pub fn with(name: &str, value: impl Into<JsValue>) -> JsValue {
    let object = Object::new().into();
    set(&object, name, value);
    object
}

pub fn global(name: &str) -> JsValue {
    get(&js_sys::global(), name)
}

/// Calls a method of an object.
pub fn call(object: &JsValue, name: &str, arguments: &[JsValue]) -> Result<JsValue, JsValue> {
    let method: Function = get(object, name).dyn_into().expect("a method");
    method.apply(object, &arguments.iter().cloned().collect())
}

/// `new name(...)` of a class of the browser.
pub fn construct(name: &str, arguments: &[JsValue]) -> JsValue {
    let class: Function = global(name).dyn_into().expect("a class");
    Reflect::construct(&class, &arguments.iter().cloned().collect()).expect("an instance")
}

pub fn function(act: impl FnMut() + 'static) -> Function {
    Closure::<dyn FnMut()>::new(act).into_js_value().unchecked_into()
}

/// A function of one argument.
pub fn listener(act: impl FnMut(JsValue) + 'static) -> Function {
    Closure::<dyn FnMut(JsValue)>::new(act).into_js_value().unchecked_into()
}

/// A function that returns a value.
pub fn source(give: impl FnMut() -> JsValue + 'static) -> Function {
    Closure::<dyn FnMut() -> JsValue>::new(give).into_js_value().unchecked_into()
}
