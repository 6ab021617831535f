//! Signals of the page: it is shown, restored, frozen; the network is back.

use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::{
    Clock, Server, Spy, client, code, dispatch, error, events_of, fresh_token, get, global, members_of, ok,
    sign_in, signed_in, thrower, token, turns,
};

#[wasm_bindgen_test]
async fn a_page_that_becomes_visible_or_is_restored_refreshes_a_token_that_is_due() {
    let targets: [(&str, JsValue); 3] = [
        ("visibilitychange", global("document")),
        ("resume", global("document")),
        ("pageshow", js_sys::global().into()),
    ];
    for (event, target) in targets {
        let (server, clock) = (Server::new(), Clock::stop());
        let client = signed_in(&server, "{}").await;
        clock.go_on(3590.0);
        turns().await;
        assert_eq!(server.grants(), 1, "{event}");
        dispatch(&target, event);
        ok(server.grants_reach(2)).await;
        client.dispose();
    }
}

#[wasm_bindgen_test]
async fn a_frozen_page_begins_no_exchange_until_it_resumes() {
    let (server, clock) = (Server::new(), Clock::stop());
    let client = signed_in(&server, "{}").await;
    dispatch(&global("document"), "freeze");
    clock.go_on(3590.0);
    dispatch(&js_sys::global(), "pageshow");
    turns().await;
    assert_eq!(server.grants(), 1);
    dispatch(&global("document"), "resume");
    ok(server.grants_reach(2)).await;
    client.dispose();
}

#[wasm_bindgen_test]
async fn a_page_that_becomes_visible_before_a_refresh_is_due_does_nothing() {
    let (server, clock) = (Server::new(), Clock::stop());
    let client = signed_in(&server, "{}").await;
    clock.go_on(1000.0);
    for _ in 0..10 {
        dispatch(&js_sys::global(), "pageshow");
        dispatch(&js_sys::global(), "online");
    }
    turns().await;
    assert_eq!(server.grants(), 1);
    client.dispose();
}

#[wasm_bindgen_test]
async fn a_refresh_that_failed_offline_is_tried_again_online() {
    let (server, clock) = (Server::new(), Clock::stop());
    let client = signed_in(&server, "{}").await;
    let events = events_of(&client, "tokenrefresh");
    clock.go_on(3590.0);
    server.respond_to_grant(&thrower("offline"));
    dispatch(&js_sys::global(), "pageshow");
    ok(server.grants_reach(2)).await;
    turns().await;
    assert_eq!(members_of(&events, "outcome"), ["retrying"]);
    // Later than the shortest time between two refreshes, earlier than a retry after a server's failure.
    clock.go_on(5.0);
    dispatch(&js_sys::global(), "online");
    ok(server.grants_reach(3)).await;
    turns().await;
    assert_eq!(members_of(&events, "outcome"), ["retrying", "refreshed"]);
    client.dispose();
}

#[wasm_bindgen_test]
async fn retry_after_holds_when_the_network_is_back() {
    let (server, clock) = (Server::new(), Clock::stop());
    let client = signed_in(&server, "{}").await;
    clock.go_on(3500.0);
    server.respond_to_grant(&crate::support::reply_with(429, "", "Retry-After", "3000"));
    let error = error(fresh_token(&client)).await;
    assert_eq!(crate::support::text(&error, "code"), "rate_limited");
    assert_eq!(get(&error, "retryAfter"), 3000.0);
    clock.go_on(100.0);
    dispatch(&js_sys::global(), "online");
    assert_eq!(code(token(&client)).await, "rate_limited");
    assert_eq!(server.grants(), 2);
    client.dispose();
}

#[wasm_bindgen_test]
async fn the_first_call_adds_the_listeners_to_the_page_once() {
    let prototype = get(&global("EventTarget"), "prototype");
    let server = Server::new();
    let client = client(&server, "{}");
    let added = Spy::on(&prototype, "addEventListener");
    ok(sign_in(&client)).await;
    let at_first = added.calls();
    assert_eq!(at_first, 8.0);
    ok(token(&client)).await;
    let _ = client.session();
    assert_eq!(added.calls(), at_first);
    let removed = Spy::on(&prototype, "removeEventListener");
    client.dispose();
    client.dispose();
    assert_eq!(removed.calls(), at_first);
}
