//! Options and arguments: a `TokenError` names each one that is unusable.

use storefront_token_client::web::to_js::TokenError;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::{
    NONE, Server, call, client, code, construct, error, get, global, js, make, ok, options, set, text,
    thrower, token, try_make, with, with_throwing_getter,
};

/// Checks that an error is a `TokenError` with this code that names the option.
fn assert_names(error: &JsValue, code: &str, name: &str, what: &str) {
    assert!(error.has_type::<TokenError>(), "{what}: {error:?}");
    assert_eq!(text(error, "code"), code, "{what}");
    let message = text(error, "message");
    assert!(message.contains(name), "{what}: {message}");
}

fn refusal(options: &JsValue, what: &str) -> JsValue {
    try_make(options).err().unwrap_or_else(|| panic!("taken: {what}"))
}

#[wasm_bindgen_test]
fn options_must_be_an_object() {
    for nothing in [NONE, JsValue::NULL, 42.into(), "https://shop.example".into(), true.into()] {
        assert_names(&refusal(&nothing, "no object"), "invalid_option", "options", "no object");
    }
    assert_names(&refusal(&js("{}"), "empty"), "invalid_option", "tokenEndpoint", "empty");
}

#[wasm_bindgen_test]
fn every_option_of_a_wrong_type_or_value_is_named() {
    for (name, values) in [
        (
            "tokenEndpoint",
            r#"[null, 42, true, {}, [], "", "/oauth2-token", "shop.example", "ftp://shop.example/", "http://shop.example/token", "http://localhost.example/token", "http://127.0.0.1.evil.example/", "http://evil.example/localhost", "file:///token", "https://user:pass@shop.example/", "https://shop.example/token#here", "javascript:alert(1)", "blob:https://shop.example/0", "data:,x", "https://"]"#,
        ),
        (
            "revocationEndpoint",
            r#"[42, {}, "", "/revoke", "http://shop.example/revoke", "https://user@shop.example/"]"#,
        ),
        ("server", r#"["", "orocommerce", "ORO", 42, true, [], "constructor", "oauth2\nbody json"]"#),
        ("mergeGuest", r#"["merge", 42, {}, true]"#),
        ("clientId", r#"["", 42, {}, true]"#),
        ("clientSecret", r#"["", 42, {}, true]"#),
        ("scope", r#"["", 42, ["a"], {}]"#),
        ("guest", r#"["yes", 1, "true", 0]"#),
        ("username", r#"[{}]"#),
        (
            "allowedOrigins",
            r#"[["https://api.example/v1"], ["https://*.example"], "https://shop.example", {}, 42, ["/relative"], [42], [null], ["http://api.example"], ["*"], ["null"]]"#,
        ),
        ("storage", r#"["cookie", "", 42, {}, [], true]"#),
        ("storageKey", r#"["", 42, {}]"#),
        ("refresh", r#"["", "never", true, 42, {}]"#),
        ("refreshLeadTime", r#"["60", -1, {}, true]"#),
        ("timeout", r#"["60", -1, {}, true, [5]]"#),
        ("fetch", r#"["fetch", 42, {}, true]"#),
        ("waitUntil", r#"["wait", 42, {}, true]"#),
    ] {
        let option = if name == "username" { "guest" } else { name };
        for value in js_sys::Array::from(&js(values)).iter() {
            let options = options(&Server::new(), "{}");
            set(&options, option, value.clone());
            let what = format!("{option} = {value:?}");
            assert_names(&refusal(&options, &what), "invalid_option", name, &what);
        }
    }
}

#[wasm_bindgen_test]
fn an_unknown_option_is_named() {
    for name in ["clientid", "client_id", "tokenUrl", "toString"] {
        let options = options(&Server::new(), "{}");
        set(&options, name, "x");
        assert_names(&refusal(&options, name), "invalid_option", name, name);
    }
}

#[wasm_bindgen_test]
fn a_duration_is_a_number_of_zero_or_more() {
    for name in ["refreshLeadTime", "timeout"] {
        for value in [f64::NAN, f64::NEG_INFINITY, -0.001] {
            let options = options(&Server::new(), "{}");
            set(&options, name, value);
            assert_names(&refusal(&options, name), "invalid_option", name, name);
        }
    }
}

#[wasm_bindgen_test]
async fn durations_of_any_length_are_accepted() {
    for value in [0.0, 1.5, 1e300, f64::INFINITY] {
        let server = Server::new();
        let options = options(&server, "{}");
        set(&options, "refreshLeadTime", value);
        set(&options, "timeout", value.max(10_000.0));
        let client = make(&options);
        ok(crate::support::sign_in(&client)).await;
        assert_eq!(ok(token(&client)).await, "access-1", "{value}");
        assert_eq!(server.grants(), 1, "{value}");
        client.dispose();
    }
}

#[wasm_bindgen_test]
fn an_option_whose_getter_throws_is_named() {
    for name in
        ["tokenEndpoint", "server", "clientId", "guest", "storage", "allowedOrigins", "timeout", "fetch"]
    {
        let options = options(&Server::new(), "{}");
        let options = with_throwing_getter(&options, name);
        let error = refusal(&options, name);
        assert_names(&error, "invalid_option", name, name);
        assert!(!text(&error, "message").contains("not today"), "the application's words are its own");
    }
}

#[wasm_bindgen_test]
fn an_option_that_is_null_or_undefined_counts_as_absent() {
    for nothing in [JsValue::NULL, NONE] {
        let options = options(&Server::new(), "{}");
        for name in [
            "revocationEndpoint",
            "server",
            "clientSecret",
            "scope",
            "guest",
            "allowedOrigins",
            "storage",
            "storageKey",
            "refresh",
            "refreshLeadTime",
            "timeout",
            "fetch",
            "waitUntil",
            "mergeGuest",
        ] {
            set(&options, name, nothing.clone());
        }
        make(&options);
    }
}

#[wasm_bindgen_test]
fn an_endpoint_may_be_a_url_and_http_may_be_loopback() {
    for endpoint in [
        construct("URL", &["https://shop.example/token".into()]),
        "HTTPS://SHOP.EXAMPLE/token".into(),
        "http://localhost/token".into(),
        "http://localhost:3000/token".into(),
        "http://127.0.0.1/token".into(),
        "http://127.0.0.1:3000/token".into(),
        "http://[::1]:8080/token".into(),
        "http://shop.localhost/token".into(),
    ] {
        let options = options(&Server::new(), "{}");
        set(&options, "tokenEndpoint", endpoint);
        make(&options);
    }
}

#[wasm_bindgen_test]
fn a_server_with_client_ids_requires_one() {
    let options = options(&Server::new(), r#"{"server":"oro","clientId":null}"#);
    assert_names(&refusal(&options, "no client"), "invalid_option", "clientId", "no client");
}

#[wasm_bindgen_test]
async fn credentials_must_be_two_strings() {
    let server = Server::new();
    let client = client(&server, "{}");
    for (name, json) in [
        ("credentials", "null"),
        ("credentials", "42"),
        ("credentials", r#""anna""#),
        ("username", "{}"),
        ("username", r#"{"password":"secret"}"#),
        ("username", r#"{"username":"","password":"secret"}"#),
        ("username", r#"{"username":42,"password":"secret"}"#),
        ("username", r#"{"username":{"a":1},"password":"secret"}"#),
        ("password", r#"{"username":"anna"}"#),
        ("password", r#"{"username":"anna","password":""}"#),
        ("password", r#"{"username":"anna","password":null}"#),
        ("password", r#"{"username":"anna","password":["secret"]}"#),
    ] {
        let error = error(client.sign_in(&js(json), &NONE)).await;
        assert_names(&error, "invalid_argument", name, json);
        assert!(!text(&error, "message").contains("secret"));
    }
    let throwing = with_throwing_getter(&js(r#"{"username":"anna"}"#), "password");
    assert_names(&error(client.sign_in(&throwing, &NONE)).await, "invalid_argument", "password", "a getter");
    assert_eq!(server.grants(), 0);
}

#[wasm_bindgen_test]
async fn the_options_of_a_call_are_checked() {
    let server = Server::new();
    let client = crate::support::signed_in(&server, "{}").await;
    for (name, json) in [
        ("options", "42"),
        ("options", r#""now""#),
        ("minValidity", r#"{"minValidity":"60"}"#),
        ("minValidity", r#"{"minValidity":-1}"#),
        ("forceRefresh", r#"{"forceRefresh":1}"#),
        ("forceRefresh", r#"{"forceRefresh":"yes"}"#),
        ("signal", r#"{"signal":{}}"#),
        ("signal", r#"{"signal":true}"#),
        ("signal", r#"{"signal":"abort"}"#),
    ] {
        let error = error(client.get_access_token(&js(json))).await;
        assert_names(&error, "invalid_argument", name, json);
    }
    let controller = construct("AbortController", &[]);
    assert_names(
        &error(client.get_session(&with("signal", controller))).await,
        "invalid_argument",
        "signal",
        "a controller",
    );
    for nothing in
        [JsValue::NULL, NONE, js("{}"), js(r#"{"signal":null,"minValidity":null,"forceRefresh":null}"#)]
    {
        assert_eq!(ok(client.get_access_token(&nothing)).await, "access-1");
    }
    assert_eq!(server.grants(), 1);
}

#[wasm_bindgen_test]
async fn an_error_has_the_members_that_its_type_declares() {
    let error = error(token(&client(&Server::new(), "{}"))).await;
    assert!(error.has_type::<js_sys::Error>());
    assert_eq!(text(&error, "name"), "TokenError");
    assert_eq!(text(&error, "code"), "login_required");
    assert_eq!(get(&error, "transient"), false);
    assert!(get(&error, "stack").is_string());
    let json = call(&global("JSON"), "stringify", std::slice::from_ref(&error)).expect("a JSON text");
    assert_eq!(text(&js(&json.as_string().expect("a text")), "code"), "login_required");
}

#[wasm_bindgen_test]
async fn an_error_contains_the_servers_error_parameters() {
    let server = Server::new();
    let client = client(&server, "{}");
    let body = r#"{"error":"invalid_client","error_description":"no such client","error_uri":"https://shop.example/help","hint":"ask","more":"no"}"#;
    server.respond_to_grant(&crate::support::reply(401, body));
    let error = error(crate::support::sign_in(&client)).await;
    for (name, value) in [
        ("code", "client_rejected"),
        ("error", "invalid_client"),
        ("error_description", "no such client"),
        ("error_uri", "https://shop.example/help"),
        ("hint", "ask"),
    ] {
        assert_eq!(text(&error, name), value);
    }
    assert_eq!(get(&error, "status"), 401.0);
    assert!(get(&error, "more").is_undefined());
}

#[wasm_bindgen_test]
async fn a_wrong_argument_changes_nothing() {
    let server = Server::new();
    let client = crate::support::signed_in(&server, "{}").await;
    assert_eq!(code(client.sign_in(&NONE, &NONE)).await, "invalid_argument");
    assert_eq!(code(client.sign_out(&42.into())).await, "invalid_argument");
    assert_eq!(code(client.sign_in_as_guest(&thrower("x").into())).await, "invalid_argument");
    assert_eq!(ok(token(&client)).await, "access-1");
}
