//! Every `expires_in` there is: the caller gets its token, and the server is not stormed.

use js_sys::{Array, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::{Clock, Server, client, get, ok, reply, show_page, sign_in, token, turns};

fn answer(server: &Server, n: u32, expires_in: Option<&str>) {
    let life = expires_in.map_or(String::new(), |life| format!(r#","expires_in":{life}"#));
    let body = format!(r#"{{"access_token":"access-{n}","refresh_token":"refresh-{n}"{life}}}"#);
    server.answer_grant(&reply(200, &body));
}

/// How many requests a minute of a busy page makes, and when its first session said that it ends.
async fn minute(expires_in: Option<&str>) -> (u32, JsValue) {
    let (server, clock) = (Server::new(), Clock::stop());
    for n in 1..200 {
        answer(&server, n, expires_in);
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
async fn a_life_that_the_server_does_not_tell_is_lived_until_a_refusal() {
    for expires_in in [None, Some("null"), Some(r#""soon""#), Some("{}"), Some("[]"), Some("true")] {
        let (requests, ends) = minute(expires_in).await;
        assert_eq!(requests, 1, "{expires_in:?}");
        assert!(ends.is_null(), "{expires_in:?}");
    }
}

#[wasm_bindgen_test]
async fn a_life_may_be_a_number_in_a_text() {
    for expires_in in ["3600", r#""3600""#, r#""3600.5""#] {
        let (requests, ends) = minute(Some(expires_in)).await;
        assert_eq!(requests, 1, "{expires_in}");
        let left = ends.as_f64().expect("a moment") - js_sys::Date::now();
        assert!((3_400_000.0..=3_610_000.0).contains(&left), "{expires_in}: {left}");
    }
}

#[wasm_bindgen_test]
async fn a_life_of_nothing_makes_no_storm() {
    for expires_in in ["0", "-5", "1.5", "1", "0.001", "-1e300", r#""0""#] {
        let (requests, _) = minute(Some(expires_in)).await;
        assert!(requests <= 62, "{expires_in}: {requests} requests in a minute");
    }
}

#[wasm_bindgen_test]
async fn a_life_of_ages_is_as_good_as_any() {
    for expires_in in
        ["1e300", "9223372036854775807", "9007199254740993", "1e999", r#""99999999999999999999""#]
    {
        let (requests, ends) = minute(Some(expires_in)).await;
        assert_eq!(requests, 1, "{expires_in}");
        let ends = ends.as_f64().expect("a moment");
        assert!(ends <= 8.64e15, "{expires_in}: no Date can name {ends}");
    }
}
