//! Nothing that an application may log contains a token, a password or a secret.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::{
    API, NONE, Server, client, error, everything_of, fetch, fresh_token, js, listener, make, ok, on, options,
    reply, set, turns,
};

const MARKERS: [&str; 5] = ["MARK-access", "MARK-refresh", "MARK-password", "MARK-secret", "MARK-body"];

fn assert_clean(what: &str, value: &JsValue) {
    let all = everything_of(value);
    for marker in MARKERS {
        assert!(!all.contains(marker), "{marker} is in {what}: {all}");
    }
}

fn marked(server: &Server) -> JsValue {
    let tokens = r#"{"access_token":"MARK-access","refresh_token":"MARK-refresh","note":"MARK-body"}"#;
    reply(200, &server.tokens(tokens))
}

#[wasm_bindgen_test]
async fn events_errors_and_sessions_contain_no_secret() {
    let server = Server::new();
    let client = client(&server, r#"{"clientSecret":"MARK-secret"}"#);
    let heard = Rc::new(RefCell::new(0));
    for kind in ["sessionchange", "tokenrefresh"] {
        let count = Rc::clone(&heard);
        on(
            &client,
            kind,
            &listener(move |event| {
                *count.borrow_mut() += 1;
                assert_clean(kind, &event);
            }),
        );
    }
    let credentials = js(r#"{"username":"anna","password":"MARK-password"}"#);
    let sign_in = |client: &crate::support::Client| client.sign_in(&credentials, &NONE);
    for response in [
        reply(200, r#"{"access_token":"MARK-access\n","refresh_token":"MARK-refresh"}"#),
        reply(200, r#"{"access_token":["MARK-access"]}"#),
        reply(200, "MARK-body"),
        reply(400, r#"{"error":"invalid_grant","access_token":"MARK-access","password":"MARK-password"}"#),
        reply(401, r#"{"error":"invalid_client","more":"MARK-body"}"#),
        reply(500, "<p>MARK-body"),
        crate::support::cut(r#"{"access_token":"MARK-access"#),
    ] {
        server.respond_to_grant(&response);
        assert_clean("an error", &error(sign_in(&client)).await);
    }
    server.respond_to_grant(&marked(&server));
    assert_clean("a session", &ok(sign_in(&client)).await);
    assert_clean("the session", &client.session());
    server.respond_to_grant(&marked(&server));
    ok(fresh_token(&client)).await;
    assert_clean("an error", &error(fetch(&client, &"https://other.example/".into(), &NONE)).await);
    ok(fetch(&client, &API.into(), &NONE)).await;
    server.will_refuse(400, "invalid_grant");
    assert_clean("an error", &error(fresh_token(&client)).await);
    assert_clean("the client", &client);
    assert_clean("its fetch", &client.fetch());
    assert_eq!(*heard.borrow(), 3, "signed-in, refreshed, refresh-rejected");
}

#[wasm_bindgen_test]
async fn the_promise_for_wait_until_contains_nothing() {
    let server = Server::new();
    let storage = crate::support::TestStorage::new();
    let options = options(&server, r#"{"clientSecret":"MARK-secret"}"#);
    let checked = Rc::new(RefCell::new(0));
    let count = Rc::clone(&checked);
    set(&options, "storage", &storage);
    set(
        &options,
        "waitUntil",
        listener(move |promise| {
            let count = Rc::clone(&count);
            wasm_bindgen_futures::spawn_local(async move {
                assert_clean("a promise", &ok(promise.unchecked_into::<Promise>()).await);
                *count.borrow_mut() += 1;
            });
        }),
    );
    let client = make(&options);
    server.respond_to_grant(&marked(&server));
    ok(client.sign_in(&js(r#"{"username":"anna","password":"MARK-password"}"#), &NONE)).await;
    let next = make(&options);
    ok(next.get_session(&NONE)).await;
    turns().await;
    assert!(*checked.borrow() >= 3, "an exchange, a write, a read");
}
