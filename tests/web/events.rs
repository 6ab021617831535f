//! Listeners: each is called for its type, may call any method, and cannot disturb the others.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::Array;
use storefront_token_client::web::to_js::TokenError;
use storefront_token_client::web::types::SessionChange;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::{
    Clock, NONE, Patch, Server, call, client, code, cut, events_of, fresh_token, get, global, js, listener,
    make, members_of, next_event, number, ok, on, options, rejection, reply, set, show_page, sign_in,
    signed_in, text, thrower, token, turns, with,
};

#[wasm_bindgen_test]
async fn sessionchange_has_a_reason_the_session_and_the_previous_one() {
    let server = Server::new();
    let client = client(&server, "{}");
    let events = events_of(&client, "sessionchange");
    ok(sign_in(&client)).await;
    let id = text(&client.session(), "id");
    ok(client.sign_out(&NONE)).await;
    assert_eq!(members_of(&events, "reason"), ["signed-in", "signed-out"]);
    assert_eq!(text(&events.get(0), "type"), "sessionchange");
    assert_eq!(text(&get(&events.get(0), "session"), "id"), id);
    assert!(get(&events.get(0), "error").is_undefined());
    assert!(get(&events.get(0), "previous").is_null());
    assert!(get(&events.get(1), "session").is_null());
    assert_eq!(text(&get(&events.get(1), "previous"), "id"), id);
    assert!(events.get(0).has_type::<web_sys::Event>());
}

#[wasm_bindgen_test]
async fn tokenrefresh_has_an_outcome() {
    let server = Server::new();
    let client = signed_in(&server, "{}").await;
    let events = events_of(&client, "tokenrefresh");
    ok(fresh_token(&client)).await;
    server.will_refuse(503, "server_error");
    code(fresh_token(&client)).await;
    assert_eq!(members_of(&events, "outcome"), ["refreshed", "failed"]);
    assert_eq!(number(&events.get(1), "attempt"), 1.0);
    let error = get(&events.get(1), "error");
    assert!(error.has_type::<TokenError>());
    assert_eq!(text(&error, "code"), "server_unavailable");
    assert_eq!(number(&error, "status"), 503.0);
}

#[wasm_bindgen_test]
async fn a_failed_background_refresh_says_when_it_is_tried_again() {
    let (server, clock) = (Server::new(), Clock::stop());
    let client = signed_in(&server, "{}").await;
    clock.go_on(3590.0);
    server.will_refuse(503, "temporarily_unavailable");
    let told = next_event(&client, "tokenrefresh");
    show_page();
    let event = told.await;
    assert_eq!(text(&event, "outcome"), "retrying");
    assert!((0.5..=5.0).contains(&number(&event, "retryIn")), "seconds");
    client.dispose();
}

#[wasm_bindgen_test]
async fn the_event_of_a_rejected_refresh_has_the_servers_error() {
    let server = Server::new();
    let client = signed_in(&server, "{}").await;
    let told = next_event(&client, "sessionchange");
    server.will_refuse(400, "invalid_grant");
    assert_eq!(code(fresh_token(&client)).await, "login_required");
    let event = told.await;
    assert_eq!(text(&event, "reason"), "refresh-rejected");
    assert_eq!(text(&get(&event, "error"), "error"), "invalid_grant");
}

#[wasm_bindgen_test]
async fn a_program_in_rust_reads_the_servers_error_and_that_a_response_was_lost() {
    let server = Server::new();
    let client = signed_in(&server, "{}").await;
    server.respond_to_grant(&cut("{"));
    code(fresh_token(&client)).await;
    let told = next_event(&client, "sessionchange");
    server.will_refuse(400, "invalid_grant");
    code(fresh_token(&client)).await;
    let event: SessionChange = told.await.unchecked_into();
    assert!(event.response_lost());
    assert_eq!(event.error().and_then(|error| error.error()).as_deref(), Some("invalid_grant"));
    server.respond_to_grant(&reply(403, r#"{"error":"mfa_required","mfa_token":"next"}"#));
    let error: TokenError = rejection(sign_in(&client)).await.unchecked_into();
    assert_eq!(text(&error.parameters().unwrap(), "mfa_token"), "next");
    assert_eq!(error.error_description(), None);
}

#[wasm_bindgen_test]
async fn a_removed_listener_is_not_called_and_may_be_removed_again() {
    let client = client(&Server::new(), "{}");
    let heard = Rc::new(RefCell::new(0));
    let count = Rc::clone(&heard);
    let stop = on(&client, "sessionchange", &listener(move |_| *count.borrow_mut() += 1));
    ok(sign_in(&client)).await;
    for _ in 0..2 {
        assert_eq!(stop.call0(&NONE), Ok(NONE));
    }
    ok(client.sign_out(&NONE)).await;
    assert_eq!(*heard.borrow(), 1);
}

#[wasm_bindgen_test]
async fn a_listener_added_twice_is_called_twice_and_each_is_removed_alone() {
    let client = client(&Server::new(), "{}");
    let heard = Rc::new(RefCell::new(0));
    let count = Rc::clone(&heard);
    let listener = listener(move |_| *count.borrow_mut() += 1);
    let stop = on(&client, "sessionchange", &listener);
    on(&client, "sessionchange", &listener);
    ok(sign_in(&client)).await;
    assert_eq!(*heard.borrow(), 2);
    stop.call0(&NONE).expect("nothing thrown");
    ok(client.sign_out(&NONE)).await;
    assert_eq!(*heard.borrow(), 3);
}

#[wasm_bindgen_test]
async fn a_listener_is_called_until_its_signal_is_aborted() {
    let client = client(&Server::new(), "{}");
    let heard = Array::new();
    let list = heard.clone();
    let hear = listener(move |event| {
        list.push(&event);
    });
    let controller = web_sys::AbortController::new().expect("a controller");
    client.on("sessionchange", &hear, &with("signal", controller.signal())).expect("an unsubscriber");
    ok(sign_in(&client)).await;
    controller.abort();
    ok(client.sign_out(&NONE)).await;
    assert_eq!(members_of(&heard, "reason"), ["signed-in"]);
}

#[wasm_bindgen_test]
async fn a_listener_whose_signal_is_aborted_already_is_not_called() {
    let client = client(&Server::new(), "{}");
    let signal = call(&global("AbortSignal"), "abort", &[]).expect("an aborted signal");
    let heard = Array::new();
    let list = heard.clone();
    let hear = listener(move |event| {
        list.push(&event);
    });
    client.on("sessionchange", &hear, &with("signal", signal)).expect("an unsubscriber");
    ok(sign_in(&client)).await;
    assert_eq!(heard.length(), 0);
}

#[wasm_bindgen_test]
async fn a_listener_that_throws_is_reported_and_the_others_are_called() {
    let client = client(&Server::new(), "{}");
    let reported = Array::new();
    let list = reported.clone();
    // Replaces the page's handler, so that the test runner does not report the error as its own.
    let report = Closure::<dyn FnMut(JsValue) -> bool>::new(move |message: JsValue| {
        list.push(&message);
        true
    });
    let _handler = ErrorHandler::set(report.as_ref());
    on(&client, "sessionchange", &thrower("a bug of the shop"));
    let events = events_of(&client, "sessionchange");
    ok(sign_in(&client)).await;
    assert_eq!(ok(token(&client)).await, "access-1");
    assert_eq!(members_of(&events, "reason"), ["signed-in"]);
    assert_eq!(reported.length(), 1);
}

/// Replaces the page's `onerror` until it is dropped.
struct ErrorHandler(JsValue);

impl ErrorHandler {
    fn set(handler: &JsValue) -> ErrorHandler {
        let before = global("onerror");
        set(&js_sys::global(), "onerror", handler.clone());
        ErrorHandler(before)
    }
}

impl Drop for ErrorHandler {
    fn drop(&mut self) {
        set(&js_sys::global(), "onerror", self.0.clone());
    }
}

#[wasm_bindgen_test]
async fn no_listener_is_called_after_dispose() {
    let server = Server::new();
    let client = signed_in(&server, "{}").await;
    let (changes, refreshes) = (events_of(&client, "sessionchange"), events_of(&client, "tokenrefresh"));
    let gate = server.will_hang();
    let waiting = fresh_token(&client);
    ok(server.grants_reach(2)).await;
    client.dispose();
    assert_eq!(code(waiting).await, "disposed");
    gate.open(&crate::support::reply(400, r#"{"error":"invalid_grant"}"#));
    turns().await;
    assert_eq!((changes.length(), refreshes.length()), (0, 0));
}

#[wasm_bindgen_test]
fn a_listener_must_be_a_function_and_its_type_must_be_known() {
    let client: JsValue = make(&options(&Server::new(), "{}")).into();
    let hear: JsValue = listener(|_| {}).into();
    let kind: JsValue = "sessionchange".into();
    let fake_signal = with("signal", js(r#"{"aborted":false}"#));
    let wrong = [
        ("type", vec!["change".into(), hear.clone()]),
        ("type", vec!["".into(), hear.clone()]),
        ("type", vec!["SessionChange".into(), hear.clone()]),
        ("type", vec![]),
        ("type", vec![NONE, hear.clone()]),
        ("type", vec![JsValue::NULL, hear.clone()]),
        ("type", vec![42.into(), hear.clone()]),
        ("type", vec![js("{}"), hear.clone()]),
        ("type", vec![js_sys::Symbol::for_("sessionchange").into(), hear.clone()]),
        ("listener", vec![kind.clone()]),
        ("listener", vec![kind.clone(), JsValue::NULL]),
        ("listener", vec![kind.clone(), with("handleEvent", hear.clone())]),
        ("options", vec![kind.clone(), hear.clone(), true.into()]),
        ("signal", vec![kind.clone(), hear.clone(), js(r#"{"signal":true}"#)]),
        ("signal", vec![kind, hear, fake_signal]),
    ];
    for (number, (name, arguments)) in wrong.into_iter().enumerate() {
        let error = call(&client, "on", &arguments).expect_err("refused");
        assert!(error.has_type::<TokenError>(), "the one at {number}: {error:?}");
        assert_eq!(text(&error, "code"), "invalid_argument", "the one at {number}");
        assert!(text(&error, "message").contains(name), "the one at {number}");
    }
}

#[wasm_bindgen_test]
fn adding_a_listener_does_nothing_else() {
    let server = Server::new();
    let _fetch = Patch::value(&js_sys::global(), "fetch", thrower("no network yet"));
    let timers = crate::support::Spy::on_global("setTimeout");
    let client = client(&server, "{}");
    events_of(&client, "sessionchange");
    assert_eq!((server.grants(), timers.calls()), (0, 0.0));
}
