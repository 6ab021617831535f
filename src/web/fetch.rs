//! One exchange with the token endpoint, or one revocation.

use js_sys::{Array, Function, Promise};
use wasm_bindgen::prelude::*;

use super::json;
use crate::core::grant::Request;
use crate::core::response::{Body, ExchangeResult, Response};
use crate::core::time::Millis;

#[wasm_bindgen(module = "/src/web/fetch.js")]
extern "C" {
    #[wasm_bindgen(js_name = exchange)]
    fn send(
        own_fetch: Option<&Function>,
        url: &str,
        is_json: bool,
        headers: &JsValue,
        parameters: &JsValue,
        client_id: Option<&str>,
        client_secret: &str,
        is_encoded: bool,
        secret_parameters: u32,
        has_pending_calls: bool,
    ) -> Array;
}

/// Sends a request with the application's `fetch` or the global one. Returns a promise of the
/// response, and a function that aborts the exchange.
pub fn exchange(
    own_fetch: Option<&Function>,
    request: &Request,
    has_pending_calls: bool,
) -> (Promise, Function) {
    let (id, secret, encoded) = match &request.basic {
        Some(basic) => (Some(basic.client_id.as_str()), basic.client_secret.expose(), basic.encoded),
        None => (None, "", false),
    };
    let (headers, parameters) = (json::pairs(&request.headers), json::pairs(&request.parameters));
    let sent = send(
        own_fetch,
        &request.url,
        request.json,
        &headers,
        &parameters,
        id,
        secret,
        encoded,
        request.secret_parameters,
        has_pending_calls,
    );
    (sent.get(0).unchecked_into(), sent.get(1).unchecked_into())
}

/// Why there is no complete response: the platform's error, or `undefined`.
pub fn failure(response: &Result<JsValue, JsValue>) -> JsValue {
    match response {
        Err(error) => error.clone(),
        Ok(parts) => parts.unchecked_ref::<Array>().get(5),
    }
}

/// How an exchange ended.
pub fn result(response: Result<JsValue, JsValue>) -> ExchangeResult {
    response.map_or(ExchangeResult::NoResponse, |parts| ExchangeResult::Response(read(&parts)))
}

/// Reads the `ResponseParts` of fetch.js.
fn read(parts: &JsValue) -> Response {
    let parts: &Array = parts.unchecked_ref();
    Response {
        status: parts.get(0).as_f64().map_or(0, status),
        content_type: parts.get(1).as_string().unwrap_or_default(),
        retry_after: parts.get(2).as_f64().map(Millis::from_f64),
        body: match parts.get(3).is_truthy() {
            true => Body::Cut,
            false => json::members(&parts.get(4)).map_or_else(|| text(&parts.get(6)), Body::Members),
        },
        repeating: names(&parts.get(7)),
    }
}

fn names(names: &JsValue) -> Vec<String> {
    let names: &Array = names.unchecked_ref();
    (0..names.length()).filter_map(|at| names.get(at).as_string()).collect()
}

fn text(text: &JsValue) -> Body {
    Body::Text(text.as_string().unwrap_or_default())
}

/// A status of HTTP.
#[expect(clippy::as_conversions, reason = "a float cast saturates")]
pub fn status(status: f64) -> u16 {
    status as u16
}
