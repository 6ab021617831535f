//! One exchange, sent with `fetch`, and its answer, read with a limit.

use js_sys::{Date, Function, JsString, Object, Promise, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, ReadableStream, ReadableStreamDefaultReader, Response};

use super::{host, json};
use crate::core::answer::{Answer, Body, Outcome};
use crate::core::grant::Request;
use crate::core::time::Millis;

/// No token answer is longer; what is, is not read to its end.
const LONGEST_BODY: usize = 1 << 20;

#[wasm_bindgen]
extern "C" {
    // Not `window.fetch`: there is no window in a worker. Looked up at each call, so that a page
    // may replace it.
    #[wasm_bindgen(js_name = fetch, catch)]
    fn global_fetch(input: &JsValue, init: &JsValue) -> Result<JsValue, JsValue>;
}

/// Calls the application's `fetch`, or the global one.
pub async fn fetch(own: Option<&Function>, input: &JsValue, init: &JsValue) -> Result<Response, JsValue> {
    let returned = match own {
        Some(own) => own.call2(&JsValue::UNDEFINED, input, init)?,
        None => global_fetch(input, init)?,
    };
    let response = JsFuture::from(Promise::resolve(&returned)).await?;
    Ok(response.unchecked_into())
}

/// Sends a token request and reads its answer.
pub async fn exchange(own: Option<Function>, request: Request, abort: AbortSignal) -> Outcome {
    let init = init(&request, &abort);
    match fetch(own.as_ref(), &JsString::from(request.url), &init).await {
        Ok(response) => Outcome::Answer(answer(&response).await),
        Err(_) => Outcome::NoAnswer,
    }
}

fn init(request: &Request, abort: &AbortSignal) -> JsValue {
    let headers = Object::new();
    host::set(&headers, "Content-Type", &request.content_type.into());
    host::set(&headers, "Accept", &"application/json".into());
    if let Some(authorization) = &request.authorization {
        host::set(&headers, "Authorization", &authorization.expose().into());
    }
    let init = Object::new();
    host::set(&init, "method", &"POST".into());
    host::set(&init, "headers", &headers);
    host::set(&init, "body", &request.body.expose().into());
    host::set(&init, "signal", abort);
    // A redirect would carry the credentials to another place.
    host::set(&init, "redirect", &"manual".into());
    if host::is_page() {
        host::set(&init, "credentials", &"omit".into());
        host::set(&init, "cache", &"no-store".into());
        // A rotation that has begun is not cut by the next click.
        host::set(&init, "keepalive", &JsValue::TRUE);
    }
    init.into()
}

async fn answer(response: &Response) -> Answer {
    let retry_after = response.headers().get("retry-after").ok().flatten();
    Answer {
        status: response.status(),
        retry_after: retry_after.and_then(|value| retry_after_span(&value)),
        body: body(response).await,
    }
}

/// `Retry-After`: seconds, or a date (RFC 9110 §10.2.3).
pub fn retry_after_span(value: &str) -> Option<Millis> {
    let value = value.trim();
    if let Ok(secs) = value.parse() {
        return Some(Millis::from_secs(secs));
    }
    let date = Date::parse(value);
    (!date.is_nan()).then(|| Millis::from_f64(date - Date::now()))
}

async fn body(response: &Response) -> Body {
    match text(response).await {
        Err(_) => Body::Cut,
        Ok(text) => text.and_then(|text| json::parse(&text)).map_or(Body::NotMembers, Body::Members),
    }
}

/// The body as a text; none if it is too long or not UTF-8.
async fn text(response: &Response) -> Result<Option<String>, JsValue> {
    match response.body() {
        Some(stream) => Ok(read(&stream).await?.and_then(decode)),
        None => Ok(Some(String::new())),
    }
}

/// UTF-8, without the byte order mark that some servers put before their JSON (RFC 8259 §8.1).
fn decode(bytes: Vec<u8>) -> Option<String> {
    let text = String::from_utf8(bytes).ok()?;
    Some(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

async fn read(stream: &ReadableStream) -> Result<Option<Vec<u8>>, JsValue> {
    let reader: ReadableStreamDefaultReader = stream.get_reader().unchecked_into();
    let mut bytes = Vec::new();
    loop {
        let chunk = JsFuture::from(reader.read()).await?;
        if host::get(&chunk, "done").is_truthy() {
            return Ok(Some(bytes));
        }
        let chunk: Uint8Array = host::get(&chunk, "value").unchecked_into();
        bytes.extend(chunk.to_vec());
        if bytes.len() > LONGEST_BODY {
            // How the rest ends is nobody's concern.
            let _ = JsFuture::from(reader.cancel()).await;
            return Ok(None);
        }
    }
}
