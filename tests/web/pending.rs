//! Pending calls: their promises, and the signals they listen to.

use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::{
    Server, Spy, client, code, construct, credentials, get, js, ok, reply, set, signed_in, token, with,
};

#[wasm_bindgen_test]
async fn a_signal_has_a_listener_only_while_its_call_is_pending() {
    let server = Server::new();
    let client = client(&server, "{}");
    let signal = get(&construct("AbortController", &[]), "signal");
    let (added, removed) = (Spy::on(&signal, "addEventListener"), Spy::on(&signal, "removeEventListener"));
    let gate = server.will_hang();
    let waiting = client.sign_in(&credentials(), &with("signal", signal));
    assert_eq!((added.calls(), removed.calls()), (1.0, 0.0));
    gate.open(&reply(200, &server.tokens("{}")));
    ok(waiting).await;
    assert_eq!((added.calls(), removed.calls()), (1.0, 1.0));
}

#[wasm_bindgen_test]
async fn a_call_that_is_settled_at_once_leaves_no_listener() {
    let server = Server::new();
    let client = signed_in(&server, "{}").await;
    let signal = get(&construct("AbortController", &[]), "signal");
    let (added, removed) = (Spy::on(&signal, "addEventListener"), Spy::on(&signal, "removeEventListener"));
    ok(client.get_access_token(&with("signal", signal))).await;
    assert_eq!(added.calls(), removed.calls());
}

#[wasm_bindgen_test]
async fn an_abort_of_a_settled_call_changes_nothing() {
    let server = Server::new();
    let client = client(&server, "{}");
    let controller = web_sys::AbortController::new().expect("a controller");
    ok(client.sign_in(&credentials(), &with("signal", controller.signal()))).await;
    controller.abort();
    assert_eq!(ok(token(&client)).await, "access-1");
}

#[wasm_bindgen_test]
async fn one_signal_aborts_every_call_that_has_it() {
    let server = Server::new();
    let client = client(&server, r#"{"server":"oro","guest":true}"#);
    server.will_hang();
    let controller = web_sys::AbortController::new().expect("a controller");
    let ask = js("{}");
    set(&ask, "signal", controller.signal());
    let waiting = [(); 100].map(|()| client.get_access_token(&ask));
    controller.abort();
    for call in waiting {
        assert_eq!(code(call).await, "aborted");
    }
    client.dispose();
}
