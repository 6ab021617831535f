//! One exchange with the token endpoint: the request as sent, and every kind of response.

use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::{
    Client, ENDPOINT, NONE, Patch, Server, call, client, error, fetch, fresh_token, get, global, js,
    listener, make, ok, options, reply, set, sign_in, signed_in, source, text, thrower, token, with,
};

#[wasm_bindgen_test]
async fn a_token_request_posts_a_form() {
    let server = Server::new();
    signed_in(&server, r#"{"scope":"a b"}"#).await;
    assert_eq!(server.url(0), ENDPOINT);
    let init = server.init(0);
    assert_eq!(text(&init, "method"), "POST");
    let headers = get(&init, "headers");
    assert_eq!(text(&headers, "content-type"), "application/x-www-form-urlencoded");
    assert_eq!(text(&headers, "accept"), "application/json");
    assert!(get(&headers, "authorization").is_undefined());
    for (name, value) in [
        ("grant_type", "password"),
        ("username", "anna"),
        ("password", "secret"),
        ("client_id", "shop"),
        ("scope", "a b"),
    ] {
        assert_eq!(server.param(0, name).as_deref(), Some(value), "{name}");
    }
}

#[wasm_bindgen_test]
async fn a_token_request_follows_no_redirect_and_sends_no_cookies() {
    let server = Server::new();
    signed_in(&server, "{}").await;
    let init = server.init(0);
    assert_eq!(text(&init, "redirect"), "manual");
    assert_eq!(text(&init, "credentials"), "omit");
    assert_eq!(text(&init, "cache"), "no-store");
    assert!(get(&init, "signal").has_type::<web_sys::AbortSignal>());
}

#[wasm_bindgen_test]
async fn a_refresh_sends_the_refresh_token_and_no_password() {
    let server = Server::new();
    let client = signed_in(&server, "{}").await;
    ok(fresh_token(&client)).await;
    assert_eq!(server.param(1, "grant_type").as_deref(), Some("refresh_token"));
    assert_eq!(server.param(1, "refresh_token").as_deref(), Some("refresh-1"));
    assert_eq!(server.param(1, "password"), None);
}

#[wasm_bindgen_test]
async fn hostile_credentials_stay_in_their_parameter() {
    let long = ("é".repeat(10_000), "%C3%A9".repeat(10_000));
    for (hostile, encoded) in [
        ("a&b", "a%26b"),
        ("a=b", "a%3Db"),
        ("100%", "100%25"),
        ("a+b c", "a%2Bb+c"),
        ("\"'`", "%22%27%60"),
        ("a\r\nb\0", "a%0D%0Ab%00"),
        ("&password=x#?/", "%26password%3Dx%23%3F%2F"),
        ("👍é", "%F0%9F%91%8D%C3%A9"),
        ("*-._~", "*-._%7E"),
        (&long.0, &long.1),
    ] {
        let server = Server::new();
        let credentials = with("username", hostile);
        set(&credentials, "password", hostile);
        ok(client(&server, "{}").sign_in(&credentials, &NONE)).await;
        let body = format!("grant_type=password&username={encoded}&password={encoded}&client_id=shop");
        assert_eq!(text(&server.init(0), "body"), body);
    }
}

#[wasm_bindgen_test]
async fn basic_credentials_are_form_encoded_first_if_the_server_decodes_them() {
    for (method, id, secret, pair) in [
        ("client_secret_basic", "shop", "s:e cret", "shop:s%3Ae%20cret"),
        ("client_secret_basic", "i d", "100%", "i%20d:100%25"),
        ("client_secret_basic", "a:b=c", "=d&e", "a%3Ab%3Dc:%3Dd%26e"),
        ("client_secret_basic", "id", "é+", "id:%C3%A9%2B"),
        ("client_secret_basic_raw", "i d", "s%c/t+", "i d:s%c/t+"),
    ] {
        let server = Server::new();
        let options = options(&server, "{}");
        set(&options, "server", js(&format!(r#"{{"clientAuthentication":"{method}"}}"#)));
        for (name, value) in [("clientId", id), ("clientSecret", secret)] {
            set(&options, name, value);
        }
        ok(sign_in(&make(&options))).await;
        let headers = get(&server.init(0), "headers");
        let basic = call(&js_sys::global(), "btoa", &[pair.into()]).expect("base 64");
        let value = format!("Basic {}", basic.as_string().expect("a text"));
        assert_eq!(text(&headers, "authorization"), value, "{id} {secret}");
        for name in ["client_id", "client_secret"] {
            assert_eq!(server.param(0, name), None);
        }
    }
}

fn client_with_fetch(own: impl Into<JsValue>) -> Client {
    let options = options(&Server::new(), "{}");
    set(&options, "fetch", own);
    make(&options)
}

#[wasm_bindgen_test]
async fn a_fetch_that_throws_or_returns_nonsense_is_a_network_error() {
    let nonsense = [NONE, JsValue::NULL, 42.into(), "text".into(), js("{}"), js(r#"{"status":200}"#)];
    for (number, value) in nonsense.into_iter().enumerate() {
        let client = client_with_fetch(source(move || value.clone()));
        assert_eq!(text(&error(sign_in(&client)).await, "code"), "network", "the one at {number}");
    }
    let client = client_with_fetch(thrower("no network today"));
    assert_eq!(text(&error(sign_in(&client)).await, "code"), "network");
    let rejecting = source(|| Promise::reject(&"not an error".into()).into());
    assert_eq!(text(&error(sign_in(&client_with_fetch(rejecting))).await, "code"), "network");
}

#[wasm_bindgen_test]
async fn a_fetch_may_return_a_response_without_a_promise() {
    let server = Server::new();
    let body = server.tokens("{}");
    let client = client_with_fetch(source(move || reply(200, &body)));
    ok(sign_in(&client)).await;
    assert_eq!(ok(token(&client)).await, "access-1");
}

#[wasm_bindgen_test]
async fn without_the_option_fetch_a_client_uses_the_pages_current_one() {
    let server = Server::new();
    let client = client_with_fetch(NONE);
    let _patched = Patch::value(&js_sys::global(), "fetch", server.fetch());
    ok(sign_in(&client)).await;
    ok(fetch(&client, &crate::support::API.into(), &NONE)).await;
    assert_eq!((server.grants(), server.calls()), (1, 1));
}

/// A client of the page's own server, which is not a token endpoint but does respond.
fn client_of_this_page() -> Client {
    let options = js(r#"{"clientId":"shop","storage":"memory"}"#);
    set(&options, "tokenEndpoint", format!("{}/no-such-endpoint", text(&global("location"), "origin")));
    make(&options)
}

#[wasm_bindgen_test]
async fn the_browsers_own_fetch_accepts_the_request() {
    let error = error(sign_in(&client_of_this_page())).await;
    assert_eq!(text(&error, "code"), "invalid_answer", "{}", text(&error, "message"));
}

#[wasm_bindgen_test]
async fn the_browsers_own_fetch_accepts_a_very_long_password() {
    let emoji = "😀".repeat(10_240);
    let credentials = with("username", emoji.as_str());
    set(&credentials, "password", emoji.as_str());
    let error = error(client_of_this_page().sign_in(&credentials, &NONE)).await;
    assert_eq!(text(&error, "code"), "invalid_answer", "{}", text(&error, "message"));
}

#[wasm_bindgen_test]
async fn a_refused_connection_is_a_network_error() {
    let options = js(r#"{"storage":"memory","tokenEndpoint":"http://127.0.0.1:1/token"}"#);
    let client = make(&options);
    let error = error(sign_in(&client)).await;
    assert_eq!(text(&error, "code"), "network");
    assert!(get(&error, "status").is_undefined());
}

#[wasm_bindgen_test]
async fn each_exchange_is_passed_to_wait_until() {
    let server = Server::new();
    let handed = js_sys::Array::new();
    let options = options(&server, "{}");
    let list = handed.clone();
    set(
        &options,
        "waitUntil",
        listener(move |promise| {
            list.push(&promise);
        }),
    );
    let client = make(&options);
    ok(sign_in(&client)).await;
    assert_eq!(handed.length(), 1);
    ok(handed.get(0).unchecked_into()).await;
}

#[wasm_bindgen_test]
async fn a_wait_until_that_throws_does_no_harm() {
    let server = Server::new();
    let options = options(&server, "{}");
    set(&options, "waitUntil", thrower("no such event"));
    let client = make(&options);
    ok(sign_in(&client)).await;
    assert_eq!(ok(token(&client)).await, "access-1");
}

#[wasm_bindgen_test]
async fn hostile_names_and_passwords_arrive_unchanged() {
    let long = "ä😀".repeat(2_048);
    for hostile in [
        r#"'"quotes""#,
        "a&b=c",
        "100%",
        "%41%zz",
        "1+1 = 2",
        "😀🛒",
        "line\r\nbreak\tand\0nul",
        "&grant_type=client_credentials#;",
        "<script>alert(1)</script>",
        "\u{202e}\u{feff}é",
        " spaces ",
        long.as_str(),
    ] {
        let server = Server::new();
        let client = client(&server, "{}");
        let credentials = with("username", hostile);
        set(&credentials, "password", hostile);
        ok(client.sign_in(&credentials, &NONE)).await;
        assert_eq!(server.param(0, "username").as_deref(), Some(hostile));
        assert_eq!(server.param(0, "password").as_deref(), Some(hostile));
        assert_eq!(server.param(0, "grant_type").as_deref(), Some("password"));
        assert_eq!(server.param(0, "client_id").as_deref(), Some("shop"));
    }
}
