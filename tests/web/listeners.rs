//! Listeners may call any method of the client, in the middle of its work.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Array, Function, Promise};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::{
    Client, Clock, NONE, Server, announcement, client, code, construct, fresh_key, fresh_token, listener,
    members_of, ok, on, sign_in, signed_in, text, token, with,
};

/// The result of the call that a listener makes at the first session change.
async fn from_within(server: &Server, act: impl Fn(&Client) -> Promise + 'static) -> (Client, Promise) {
    let client = client(server, "{}");
    let (result, open) = announcement();
    let inner = client.clone();
    let stop = Rc::new(RefCell::new(None::<Function>));
    let stopper = Rc::clone(&stop);
    let hear = listener(move |_| {
        if let Some(stop) = stopper.take() {
            stop.call0(&NONE).expect("nothing thrown");
        }
        open.call1(&NONE, &act(&inner)).expect("nothing thrown");
    });
    stop.replace(Some(on(&client, "sessionchange", &hear)));
    ok(sign_in(&client)).await;
    (client, result)
}

#[wasm_bindgen_test]
async fn a_listener_may_get_the_token_of_its_event() {
    let (_client, result) = from_within(&Server::new(), token).await;
    assert_eq!(ok(result).await, "access-1");
}

#[wasm_bindgen_test]
async fn a_listener_may_force_a_refresh() {
    let server = Server::new();
    let (_client, result) = from_within(&server, fresh_token).await;
    assert_eq!(ok(result).await, "access-2");
    assert_eq!(server.grants(), 2);
}

#[wasm_bindgen_test]
async fn a_listener_may_sign_out() {
    let (client, result) = from_within(&Server::new(), |client| client.sign_out(&NONE)).await;
    ok(result).await;
    assert!(client.session().is_null());
    assert_eq!(code(token(&client)).await, "login_required");
}

#[wasm_bindgen_test]
async fn a_listener_may_sign_another_user_in() {
    let server = Server::new();
    let (client, result) = from_within(&server, sign_in).await;
    ok(result).await;
    assert_eq!(ok(token(&client)).await, "access-2");
}

#[wasm_bindgen_test]
async fn a_listener_may_dispose_of_the_client() {
    let (client, result) = from_within(&Server::new(), |client| {
        client.dispose();
        token(client)
    })
    .await;
    assert_eq!(code(result).await, "disposed");
    assert_eq!(code(token(&client)).await, "disposed");
}

#[wasm_bindgen_test]
async fn a_listener_sees_the_session_of_its_event() {
    let (client, result) = from_within(&Server::new(), |client| Promise::resolve(&client.session())).await;
    assert_eq!(text(&ok(result).await, "id"), text(&client.session(), "id"));
}

#[wasm_bindgen_test]
async fn a_listener_may_add_and_remove_listeners() {
    let client = client(&Server::new(), "{}");
    let added = Array::new();
    let (inner, list) = (client.clone(), added.clone());
    let stop = Rc::new(RefCell::new(None::<Function>));
    let own_stop = Rc::clone(&stop);
    let hear = listener(move |_| {
        let list = list.clone();
        let add = listener(move |event| {
            list.push(&event);
        });
        on(&inner, "sessionchange", &add);
        let stop = own_stop.take().expect("heard once");
        stop.call0(&NONE).expect("nothing thrown");
    });
    stop.replace(Some(on(&client, "sessionchange", &hear)));
    ok(sign_in(&client)).await;
    ok(client.sign_out(&NONE)).await;
    assert_eq!(members_of(&added, "reason"), ["signed-out"]);
}

#[wasm_bindgen_test]
async fn a_listener_may_call_fetch() {
    let server = Server::new();
    let (_client, result) =
        from_within(&server, |client| crate::support::fetch(client, &crate::support::API.into(), &NONE))
            .await;
    ok(result).await;
    assert_eq!(server.header(0, "authorization").as_deref(), Some("Bearer access-1"));
}

#[wasm_bindgen_test]
async fn a_listener_that_disposes_of_the_client_is_not_called_again() {
    let (server, clock, key) = (Server::new(), Clock::stop(), fresh_key());
    let more = format!(r#"{{"storage":"session","storageKey":"{key}"}}"#);
    server.will_grant(r#"{"refresh_token":null}"#);
    signed_in(&server, &more).await.dispose();
    clock.go_on(7200.0);
    // The token has expired and cannot be refreshed: one step restores the session and ends it.
    let client = client(&server, &more);
    let (heard, inner) = (Array::new(), client.clone());
    let list = heard.clone();
    let hear = listener(move |event| {
        list.push(&event);
        inner.dispose();
    });
    on(&client, "sessionchange", &hear);
    ok(client.get_session(&NONE)).await;
    assert_eq!(members_of(&heard, "reason"), ["restored"]);
}

#[wasm_bindgen_test]
async fn a_listener_may_abort_the_call_that_caused_its_event() {
    let (server, clock, key) = (Server::new(), Clock::stop(), fresh_key());
    let more = format!(r#"{{"storage":"session","storageKey":"{key}"}}"#);
    signed_in(&server, &more).await.dispose();
    clock.go_on(7200.0);
    let client = client(&server, &more);
    let controller = web_sys::AbortController::new().expect("a controller");
    let options = with("signal", controller.signal());
    on(&client, "sessionchange", &listener(move |_| controller.abort()));
    let gate = server.will_hang();
    let waiting = client.get_access_token(&options);
    assert!(!crate::support::is_pending(&waiting).await, "nobody waits any more");
    assert_eq!(code(waiting).await, "aborted");
    gate.open(&construct("Response", &[]));
    client.dispose();
}
