//! Every kind of `expires_in`: the caller gets its token, and there is no storm of requests.

use js_sys::{Array, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::{Clock, Server, client, get, ok, reply, show_page, sign_in, token, turns};

fn grant_with_lifetime(server: &Server, n: u32, expires_in: Option<&str>) {
    let lifetime = expires_in.map_or(String::new(), |lifetime| format!(r#","expires_in":{lifetime}"#));
    let body = format!(r#"{{"access_token":"access-{n}","refresh_token":"refresh-{n}"{lifetime}}}"#);
    server.respond_to_grant(&reply(200, &body));
}

/// The number of requests that a busy page sends in a minute, and the expiry of its first session.
async fn minute(expires_in: Option<&str>) -> (u32, JsValue) {
    let (server, clock) = (Server::new(), Clock::stop());
    for n in 1..200 {
        grant_with_lifetime(&server, n, expires_in);
    }
    let client = client(&server, "{}");
    let session = ok(sign_in(&client)).await;
    for _ in 0..60 {
        clock.go_on(1.0);
        let calls: Array = (0..20).map(|_| JsValue::from(token(&client))).collect();
        show_page();
        let tokens: Array = ok(Promise::all(&calls)).await.unchecked_into();
        assert!(tokens.iter().all(|token| token.is_string()), "{expires_in:?}");
        turns().await;
    }
    client.dispose();
    (server.grants(), get(&session, "expiresAt"))
}

#[wasm_bindgen_test]
async fn without_expires_in_a_token_is_used_until_a_401() {
    for expires_in in [None, Some("null"), Some(r#""soon""#), Some("{}"), Some("[]"), Some("true")] {
        let (requests, ends) = minute(expires_in).await;
        assert_eq!(requests, 1, "{expires_in:?}");
        assert!(ends.is_null(), "{expires_in:?}");
    }
}

#[wasm_bindgen_test]
async fn expires_in_may_be_a_number_in_a_string() {
    for expires_in in ["3600", r#""3600""#, r#""3600.5""#] {
        let (requests, ends) = minute(Some(expires_in)).await;
        assert_eq!(requests, 1, "{expires_in}");
        let left = ends.as_f64().expect("a moment") - js_sys::Date::now();
        assert!((3_400_000.0..=3_610_000.0).contains(&left), "{expires_in}: {left}");
    }
}

#[wasm_bindgen_test]
async fn an_expires_in_of_zero_causes_no_storm_of_requests() {
    for expires_in in ["0", "-5", "1.5", "1", "0.001", "-1e300", r#""0""#] {
        let (requests, _) = minute(Some(expires_in)).await;
        assert!(requests <= 62, "{expires_in}: {requests} requests in a minute");
    }
}

#[wasm_bindgen_test]
async fn a_huge_expires_in_works() {
    for expires_in in
        ["1e300", "9223372036854775807", "9007199254740993", "1e999", r#""99999999999999999999""#]
    {
        let (requests, ends) = minute(Some(expires_in)).await;
        assert_eq!(requests, 1, "{expires_in}");
        let ends = ends.as_f64().expect("a moment");
        assert!(ends <= 8.64e15, "{expires_in}: no Date can name {ends}");
    }
}
