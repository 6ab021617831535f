//! One exchange with the token endpoint.

use js_sys::{Function, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::AbortSignal;

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
        authorization: Option<&str>,
        body: &str,
        signal: &AbortSignal,
    ) -> Promise;
}

/// Sends a token request, with the application's `fetch` or the global one, and reads its answer.
pub async fn exchange(own: Option<Function>, request: Request, signal: AbortSignal) -> Outcome {
    let authorization = request.authorization.as_ref().map(|secret| secret.expose());
    let body = request.body.expose();
    let sent = send(own.as_ref(), &request.url, request.content_type, authorization, body, &signal);
    JsFuture::from(sent).await.map_or(Outcome::NoAnswer, |answer| Outcome::Answer(read(&answer)))
}

fn read(answer: &JsValue) -> Answer {
    let body = json::members(&host::get(answer, "body"));
    Answer {
        status: host::get(answer, "status").as_f64().map_or(0, status),
        retry_after: host::get(answer, "retryAfter").as_f64().map(Millis::from_f64),
        body: match host::get(answer, "cut").is_truthy() {
            true => Body::Cut,
            false => body.map_or(Body::NotMembers, Body::Members),
        },
    }
}

#[expect(clippy::as_conversions, reason = "a float cast saturates")]
fn status(status: f64) -> u16 {
    status as u16
}
