//! The response of the token endpoint: every kind, and how much of it is read.

use js_sys::Object;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::{
    Clock, Server, call, construct, cut, error, events_of, flood, fresh_token, get, global, js, number, ok,
    reply, reply_with, signed_in, text, token,
};

/// The error of a refresh with this response. Checks that the session is kept.
async fn refresh_with_response(response: &JsValue) -> JsValue {
    let server = Server::new();
    let client = signed_in(&server, "{}").await;
    server.respond_to_grant(response);
    let changes = events_of(&client, "sessionchange");
    let error = error(fresh_token(&client)).await;
    assert_eq!(changes.length(), 0, "the session was changed");
    assert_eq!(text(&client.session(), "subject"), "user");
    assert_eq!(ok(token(&client)).await, "access-1");
    client.dispose();
    error
}

#[wasm_bindgen_test]
async fn a_response_that_oauth_does_not_define_keeps_the_session() {
    for body in [
        "<!doctype html><title>Sign in to the hotel</title>",
        "",
        r#"{"access_token":"a","expires_"#,
        r#"[{"access_token":"a"}]"#,
        "null",
        "42",
        r#""access""#,
        "{}",
        r#"{"expires_in":3600}"#,
        r#"{"access_token":42}"#,
        r#"{"access_token":null}"#,
        r#"{"access_token":""}"#,
        r#"{"access_token":"a\r\nSet-Cookie: b"}"#,
        r#"{"access_token":"a b"}"#,
        r#"{"access_token":"é"}"#,
        r#"{"access_token":"a","token_type":"mac"}"#,
    ] {
        let error = refresh_with_response(&reply(200, body)).await;
        assert_eq!(text(&error, "code"), "invalid_answer", "{body}");
        assert!(get(&error, "transient").is_truthy(), "{body}");
        assert_eq!(number(&error, "status"), 200.0, "{body}");
    }
}

#[wasm_bindgen_test]
async fn an_html_response_is_judged_by_its_status() {
    for (status, code) in [
        (400, "invalid_answer"),
        (401, "invalid_answer"),
        (403, "invalid_answer"),
        (404, "invalid_answer"),
        (408, "server_unavailable"),
        (429, "rate_limited"),
        (500, "server_unavailable"),
        (502, "server_unavailable"),
        (503, "server_unavailable"),
    ] {
        let error = refresh_with_response(&reply(status, "<html>")).await;
        assert_eq!(text(&error, "code"), code, "{status}");
        assert_eq!(number(&error, "status"), f64::from(status));
        assert!(get(&error, "transient").is_truthy(), "{status}");
    }
}

#[wasm_bindgen_test]
async fn a_response_without_a_body_is_not_an_oauth_response() {
    let empty = construct("Response", &[JsValue::NULL, js(r#"{"status":204}"#)]);
    assert_eq!(text(&refresh_with_response(&empty).await, "code"), "invalid_answer");
}

#[wasm_bindgen_test]
async fn a_connection_lost_within_the_body_is_a_network_error() {
    let error = refresh_with_response(&cut(r#"{"access_token":"abc","expires_in":36"#)).await;
    assert_eq!(text(&error, "code"), "network");
}

#[wasm_bindgen_test]
async fn a_complete_object_does_not_count_if_the_connection_was_lost_after_it() {
    let error = refresh_with_response(&cut(r#"{"error":"invalid_grant"}"#)).await;
    assert_eq!(text(&error, "code"), "network");
}

#[wasm_bindgen_test]
async fn a_body_of_fifty_megabytes_is_not_read_to_its_end() {
    let counter = Object::new().into();
    let error = refresh_with_response(&flood(800, &counter)).await;
    assert_eq!(text(&error, "code"), "invalid_answer");
    let pulled = number(&counter, "pulled") * 65536.0;
    assert!(pulled < 2_000_000.0, "{pulled} bytes were read");
    assert!(get(&counter, "cancelled").is_truthy());
}

#[wasm_bindgen_test]
async fn a_body_may_begin_with_a_byte_order_mark() {
    let server = Server::new();
    server.respond_to_grant(&reply(200, "\u{feff}{\"access_token\":\"marked\",\"expires_in\":3600}"));
    let client = signed_in(&server, "{}").await;
    assert_eq!(ok(token(&client)).await, "marked");
}

#[wasm_bindgen_test]
async fn a_redirect_is_reported_as_one() {
    let hidden = call(&global("Response"), "error", &[]).expect("a response of status 0");
    let error = refresh_with_response(&hidden).await;
    assert_eq!(text(&error, "code"), "invalid_answer");
    assert!(text(&error, "message").contains("redirect"));
}

async fn retry_after(value: &str) -> JsValue {
    get(&refresh_with_response(&reply_with(503, "busy", "Retry-After", value)).await, "retryAfter")
}

#[wasm_bindgen_test]
async fn retry_after_may_be_seconds() {
    assert_eq!(retry_after("7").await, 7.0);
    assert_eq!(retry_after("0").await, 0.0);
}

#[wasm_bindgen_test]
async fn retry_after_may_be_a_date() {
    let _clock = Clock::stop();
    let date = js_sys::Date::new(&JsValue::from(js_sys::Date::now() + 30_000.0));
    let date = date.to_utc_string().as_string().expect("a text");
    assert_eq!(retry_after(&date).await, 30.0);
}

#[wasm_bindgen_test]
async fn an_invalid_retry_after_is_ignored() {
    for value in ["soon", "-5", "", "Infinity", "NaN", "Thu, 01 Jan 1970 00:00:00 GMT"] {
        assert!(retry_after(value).await.is_undefined(), "{value}");
    }
}

#[wasm_bindgen_test]
async fn a_retry_after_of_more_than_an_hour_counts_as_an_hour() {
    for value in ["3601", "99999999999999999999999", "Fri, 01 Jan 2100 00:00:00 GMT"] {
        assert_eq!(retry_after(value).await, 3600.0, "{value}");
    }
}
