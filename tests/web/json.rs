//! Conversion of JSON to members and back.

use js_sys::{JSON, Object};
use storefront_token_client::core::members::{Members, Value};
use storefront_token_client::web::json;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

/// The members of a JSON text, if it is an object.
fn parse(text: &str) -> Option<Members> {
    json::members(&JSON::parse(text).ok()?)
}

/// The JSON text of these members.
fn stringify(members: &Members) -> String {
    let object = Object::from_entries(json::pairs(members).unchecked_ref()).expect("an object");
    JSON::stringify(&object).expect("a text").into()
}

#[wasm_bindgen_test]
fn every_kind_of_member_is_read() {
    let text = r#"{"text":"é😀\n","number":1.5,"truth":true,"lie":false,"nothing":null,"list":[1],"object":{"a":1}}"#;
    let members = parse(text).expect("an object");
    assert_eq!(members.get("text"), Some(&Value::Text("é😀\n".into())));
    assert_eq!(members.get("number"), Some(&Value::Number(1.5)));
    assert_eq!(members.get("truth"), Some(&Value::Other));
    assert_eq!(members.get("lie"), Some(&Value::Other));
    assert_eq!(members.get("nothing"), Some(&Value::Null));
    assert_eq!(members.get("list"), Some(&Value::Other));
    assert_eq!(members.get("object"), Some(&Value::Other));
    assert_eq!(members.get("absent"), None);
}

#[wasm_bindgen_test]
fn a_value_that_is_not_an_object_has_no_members() {
    for text in ["", "{", "<html>", "[]", "null", "1", "\"text\"", "true", "{\"a\":1}x", "NaN"] {
        assert_eq!(parse(text), None, "{text}");
    }
}

#[wasm_bindgen_test]
fn members_are_read_as_they_were_written() {
    let mut members = Members::new();
    members.push("text", Value::Text("quote \" backslash \\ newline \n é 😀 \u{2028}".into()));
    members.push("number", Value::Number(1_700_000_000_123.0));
    members.push("nothing", Value::Null);
    let text = stringify(&members);
    assert_eq!(parse(&text), Some(members));
}

#[wasm_bindgen_test]
fn members_are_written_in_order() {
    let mut members = Members::new();
    for name in ["z", "a", "m"] {
        members.push(name, Value::Null);
    }
    assert_eq!(stringify(&members), r#"{"z":null,"a":null,"m":null}"#);
}

#[wasm_bindgen_test]
fn no_number_is_too_large_to_be_read() {
    for (text, number) in [
        ("9223372036854775807", 9_223_372_036_854_775_807.0),
        ("1e300", 1e300),
        ("1e999", f64::INFINITY),
        ("-5", -5.0),
        ("5e-324", 5e-324),
    ] {
        let members = parse(&format!(r#"{{"n":{text}}}"#)).expect("an object");
        assert_eq!(members.number("n"), Some(number), "{text}");
    }
}

#[wasm_bindgen_test]
fn members_named_like_those_of_every_object_are_ordinary() {
    let members = parse(r#"{"__proto__":"a","constructor":"b","toString":"c"}"#).expect("an object");
    assert_eq!(members.text("__proto__"), Some("a"));
    assert_eq!(members.text("constructor"), Some("b"));
    assert_eq!(members.text("toString"), Some("c"));
    assert_eq!(parse("{}").expect("an object").get("constructor"), None);
}

#[wasm_bindgen_test]
fn the_last_of_two_members_with_one_name_counts() {
    assert_eq!(parse(r#"{"a":"x","a":"y"}"#).expect("an object").text("a"), Some("y"));
}

#[wasm_bindgen_test]
fn a_lone_surrogate_is_read_as_a_replacement_character() {
    assert_eq!(parse(r#"{"a":"\ud83d"}"#).expect("an object").text("a"), Some("\u{fffd}"));
}
