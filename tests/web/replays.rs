//! The bearer `fetch` sends a request again after a 401: with the same body, whatever its type is.

use js_sys::{Array, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::{API, Server, call, construct, fetch, get, number, ok, post, set, signed_in, stream};

async fn replays(init: &JsValue, expected: &str) {
    let server = Server::new();
    let client = signed_in(&server, "{}").await;
    server.api_will_say(401, "");
    assert_eq!(number(&ok(fetch(&client, &API.into(), init)).await, "status"), 200.0);
    for at in 0..2 {
        let body = ok(server.body(at)).await.as_string().expect("a text");
        assert!(body.contains(expected), "attempt {at}: {body}");
    }
    // Each attempt encodes a form with a boundary of its own.
    let media_type =
        |at| server.header(at, "content-type").map(|all| all.split(';').next().map(String::from));
    assert_eq!(media_type(0), media_type(1));
}

#[wasm_bindgen_test]
async fn a_string_body_is_replayed() {
    replays(&post("grüße 😀"), "grüße 😀").await;
}

#[wasm_bindgen_test]
async fn bytes_and_blobs_are_replayed() {
    replays(&post(js_sys::Uint8Array::from(&b"bytes"[..])), "bytes").await;
    let parts = Array::of1(&"a blob".into());
    replays(&post(construct("Blob", &[parts.into()])), "a blob").await;
}

#[wasm_bindgen_test]
async fn a_form_is_replayed() {
    let form = construct("FormData", &[]);
    call(&form, "append", &["name".into(), "value 1".into()]).expect("appended");
    replays(&post(form), "value 1").await;
    replays(&post(construct("URLSearchParams", &["a=b&c=d".into()])), "a=b&c=d").await;
}

#[wasm_bindgen_test]
async fn a_form_is_replayed_with_its_files() {
    let form = construct("FormData", &[]);
    let parts = Array::of1(&"in a file".into());
    let file = construct("File", &[parts.into(), "list.txt".into()]);
    call(&form, "append", &["file".into(), file]).expect("appended");
    let request = construct("Request", &[API.into(), post(form.clone())]);
    // WebKit sends such a form but cannot read it back.
    let read: Promise = call(&request, "text", &[]).expect("a promise").unchecked_into();
    if wasm_bindgen_futures::JsFuture::from(read).await.is_ok() {
        replays(&post(form), "in a file").await;
    }
}

/// Whether this browser can send a stream.
fn sends_streams() -> bool {
    let init = post(stream("?"));
    set(&init, "duplex", "half");
    let request = construct("Request", &[API.into(), init]);
    !get(&request, "headers").unchecked_into::<web_sys::Headers>().has("content-type").unwrap_or(true)
}

#[wasm_bindgen_test]
async fn a_stream_is_replayed_where_the_browser_can_send_one() {
    if sends_streams() {
        let init = post(stream("a stream"));
        set(&init, "duplex", "half");
        replays(&init, "a stream").await;
    }
}
