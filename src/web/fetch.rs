//! One exchange with the token endpoint.

use js_sys::{Array, Function, Promise};
use wasm_bindgen::prelude::*;

use super::{host, json};
use crate::core::answer::{Answer, Body, Outcome};
use crate::core::grant::Request;
use crate::core::time::Millis;

#[wasm_bindgen(module = "/src/web/fetch.js")]
extern "C" {
    #[wasm_bindgen(js_name = exchange)]
    fn send(
        own: Option<&Function>,
        url: &str,
        content_type: &str,
        headers: &JsValue,
        user_pass: Option<&str>,
        body: &str,
    ) -> Array;
}

/// Sends a token request, with the application's `fetch` or the global one. Gives its answer, and
/// what cuts it.
pub fn exchange(own: Option<&Function>, request: &Request) -> (Promise, Function) {
    let user_pass = request.user_pass.as_ref().map(|secret| secret.expose());
    let headers = json::to_object(&request.headers);
    let sent = send(own, &request.url, request.content_type, &headers, user_pass, request.body.expose());
    (sent.get(0).unchecked_into(), sent.get(1).unchecked_into())
}

/// How an exchange ended.
pub fn outcome(answer: Result<JsValue, JsValue>) -> Outcome {
    answer.map_or(Outcome::NoAnswer, |answer| Outcome::Answer(read(&answer)))
}

fn read(answer: &JsValue) -> Answer {
    let get = |name| host::get(answer, name);
    Answer {
        status: get("status").as_f64().map_or(0, status),
        retry_after: get("retryAfter").as_f64().map(Millis::from_f64),
        content_type: get("type").as_string().unwrap_or_default(),
        body: match get("cut").is_truthy() {
            true => Body::Cut,
            false => json::members(&get("body")).map_or(Body::NotMembers, Body::Members),
        },
    }
}

#[expect(clippy::as_conversions, reason = "a float cast saturates")]
fn status(status: f64) -> u16 {
    status as u16
}
