//! Converts JavaScript objects to the core's members and back. The host parses and writes the JSON.

use js_sys::Array;
use wasm_bindgen::prelude::*;

use super::host;
use crate::core::members::{Members, Value};

/// The own members of an object, in order.
pub fn members(object: &JsValue) -> Option<Members> {
    let flat = host::members(object)?;
    let mut members = Members::new();
    for at in (0..flat.length()).step_by(2) {
        members.push(&flat.get(at).as_string()?, value(&flat.get(at + 1)));
    }
    Some(members)
}

fn value(value: &JsValue) -> Value {
    if value.is_null() {
        Value::Null
    } else if let Some(text) = value.as_string() {
        Value::Text(text)
    } else {
        value.as_f64().map_or(Value::Other, Value::Number)
    }
}

/// The members as JavaScript: an array of pairs of a name and a value.
pub fn pairs(members: &Members) -> JsValue {
    let pairs = members.iter().map(|(name, value)| Array::of2(&name.into(), &to_js(value)));
    pairs.collect::<Array>().into()
}

fn to_js(value: &Value) -> JsValue {
    match value {
        Value::Text(text) => text.into(),
        Value::Number(number) => (*number).into(),
        Value::Null | Value::Other => JsValue::NULL,
    }
}
