//! Clients that are disposed of, or collected as garbage.

use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::{
    API, Clock, Gate, NONE, Server, Spy, TestStorage, client, client_storing, code, dispatch,
    dispose_of_all_other_clients, fetch, free_last_core, fresh_token, global, is_pending, ok, reply,
    show_page, sign_in, signed_in, source, text, thrower, token, turns,
};

#[wasm_bindgen_test]
async fn every_call_of_a_disposed_client_is_rejected_as_disposed() {
    let server = Server::new();
    let client = signed_in(&server, "{}").await;
    for _ in 0..2 {
        client.dispose();
    }
    for disposed in [
        token(&client),
        sign_in(&client),
        client.get_session(&NONE),
        client.sign_in_as_guest(&NONE),
        client.sign_out(&NONE),
        fetch(&client, &API.into(), &NONE),
    ] {
        assert_eq!(code(disposed).await, "disposed");
    }
    assert_eq!((server.grants(), server.calls()), (1, 0));
    assert_eq!(text(&client.session(), "subject"), "user", "nobody was signed out");
    client.on("sessionchange", &thrower("nothing is heard"), &NONE).expect("harmless");
}

#[wasm_bindgen_test]
async fn a_client_may_be_disposed_of_before_its_first_call() {
    let client = client(&Server::new(), "{}");
    client.dispose();
    assert!(client.session().is_null());
    assert_eq!(code(token(&client)).await, "disposed");
}

#[wasm_bindgen_test]
async fn a_response_that_comes_after_dispose_is_stored() {
    let (server, storage) = (Server::new(), TestStorage::new());
    let before = client_storing(&server, &storage, "{}");
    ok(sign_in(&before)).await;
    let gate = server.will_hang();
    let waiting = fresh_token(&before);
    ok(server.grants_reach(2)).await;
    before.dispose();
    assert_eq!(code(waiting).await, "disposed");
    gate.open(&reply(200, &server.tokens("{}")));
    turns().await;
    let after = client_storing(&server, &storage, "{}");
    assert_eq!(ok(token(&after)).await, "access-2");
    assert_eq!(server.grants(), 2);
}

#[wasm_bindgen_test]
async fn dispose_rejects_the_calls_that_wait_for_the_storage() {
    let (server, storage, gate) = (Server::new(), TestStorage::new(), Gate::new());
    let promise = gate.promise();
    storage.next("getItem", &source(move || promise.clone().into()));
    let client = client_storing(&server, &storage, r#"{"server":"oro","guest":true}"#);
    let waiting = token(&client);
    assert!(is_pending(&waiting).await);
    client.dispose();
    assert_eq!(code(waiting).await, "disposed");
    gate.open(&NONE);
    turns().await;
    assert_eq!(server.grants(), 0);
}

#[wasm_bindgen_test]
async fn a_disposed_client_has_no_timer_and_no_listener_on_the_page() {
    dispose_of_all_other_clients();
    let (server, clock) = (Server::new(), Clock::stop());
    let client = signed_in(&server, "{}").await;
    let cleared = Spy::on_global("clearTimeout");
    client.dispose();
    assert_eq!(cleared.calls(), 1.0);
    clock.go_on(3599.0);
    show_page();
    dispatch(&js_sys::global(), "online");
    dispatch(&global("document"), "visibilitychange");
    turns().await;
    assert_eq!(server.grants(), 1);
}

#[wasm_bindgen_test]
async fn a_pending_call_is_settled_although_its_client_is_garbage() {
    let (server, clock) = (Server::new(), Clock::stop());
    let client = signed_in(&server, "{}").await;
    ok(fresh_token(&client)).await;
    // The core leaves a second between two refreshes, so this one waits, and no exchange is in flight yet.
    let waiting = fresh_token(&client);
    assert!(is_pending(&waiting).await);
    free_last_core();
    clock.go_on(6.0);
    show_page();
    assert!(!is_pending(&waiting).await, "no response will ever come");
    assert_eq!(ok(waiting).await, "access-3");
}

#[wasm_bindgen_test]
async fn an_exchange_completes_although_its_client_is_garbage() {
    let (server, storage) = (Server::new(), TestStorage::new());
    let client = client_storing(&server, &storage, "{}");
    let gate = server.will_hang();
    let waiting = sign_in(&client);
    ok(server.grants_reach(1)).await;
    free_last_core();
    gate.open(&reply(200, &server.tokens("{}")));
    assert_eq!(text(&ok(waiting).await, "subject"), "user");
    assert_eq!(storage.entries().length(), 1);
}
