//! Converts JavaScript objects to the core's members and back. The host parses and writes the JSON.

use serde::ser::{Serialize, Serializer};
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
    let serializer = serde_wasm_bindgen::Serializer::new().serialize_missing_as_null(true);
    // Cannot fail: each value is a string, a number or null.
    MembersAsPairs(members).serialize(&serializer).unwrap_or(JsValue::UNDEFINED)
}

struct MembersAsPairs<'a>(&'a Members);

impl Serialize for MembersAsPairs<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(|(name, value)| (name, ValueAsJs(value))))
    }
}

struct ValueAsJs<'a>(&'a Value);

impl Serialize for ValueAsJs<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Text(text) => serializer.serialize_str(text),
            Value::Number(number) => serializer.serialize_f64(*number),
            Value::Null | Value::Other => serializer.serialize_unit(),
        }
    }
}
