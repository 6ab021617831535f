//! The client as a whole: its calls, its timers, and the exchanges that outlive a call.

use js_sys::{Array, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::{
    API, Client, Clock, NONE, Patch, Server, Spy, TestStorage, call, client, client_storing, code,
    credentials, dispose_of_all_other_clients, error, events_of, fetch, fresh_key, fresh_token, get, global,
    is_pending, js, make, members_of, ok, on, options, page_storage, reply, set, show_page, sign_in,
    signed_in, text, thrower, token, turns, with,
};

#[wasm_bindgen_test]
fn constructing_a_client_does_nothing_else() {
    let spies = [
        Spy::on_global("setTimeout"),
        Spy::on_global("fetch"),
        Spy::on(&global("crypto"), "getRandomValues"),
        Spy::on(&get(&global("EventTarget"), "prototype"), "addEventListener"),
    ];
    let server = Server::new();
    let made = make(&options(&server, r#"{"server":"oro","guest":true,"storage":"session"}"#));
    assert!(made.fetch().is_function());
    assert_eq!(spies.map(|spy| spy.calls()), [0.0; 4]);
    assert_eq!(server.grants(), 0);
}

#[wasm_bindgen_test]
async fn ten_thousand_callers_share_one_refresh() {
    let (server, clock) = (Server::new(), Clock::stop());
    let client = signed_in(&server, "{}").await;
    clock.go_on(7200.0);
    let calls: Array = (0..10_000).map(|_| JsValue::from(token(&client))).collect();
    let tokens: Array = ok(Promise::all(&calls)).await.unchecked_into();
    assert_eq!(tokens.length(), 10_000);
    assert!(tokens.iter().all(|token| token == "access-2"));
    assert_eq!(server.grants(), 2, "one to sign in, one for them all");
}

#[wasm_bindgen_test]
async fn many_callers_share_one_guest() {
    let server = Server::new();
    let client = client(&server, r#"{"server":"oro","guest":true}"#);
    let calls: Array = (0..100).map(|_| JsValue::from(token(&client))).collect();
    ok(Promise::all(&calls)).await;
    assert_eq!(server.grants(), 1);
    assert_eq!(server.param(0, "username").as_deref(), Some("guest"));
    assert_eq!(text(&client.session(), "subject"), "guest");
}

#[wasm_bindgen_test]
async fn signing_in_merges_the_guest_and_a_wrong_password_keeps_it() {
    let server = Server::new();
    let client = client(&server, r#"{"server":"oro","guest":true}"#);
    ok(token(&client)).await;
    let guest = text(&client.session(), "id");
    server.will_refuse(401, "invalid_credentials");
    assert_eq!(code(sign_in(&client)).await, "invalid_credentials");
    assert_eq!(text(&client.session(), "id"), guest);
    assert_eq!(ok(token(&client)).await, "access-1");
    ok(sign_in(&client)).await;
    assert_eq!(server.param(2, "visitor_access_token").as_deref(), Some("access-1"));
    assert_eq!(text(&client.session(), "subject"), "user");
}

#[wasm_bindgen_test]
async fn a_session_has_subject_id_scope_and_expiry_and_nothing_else() {
    let (server, _clock) = (Server::new(), Clock::stop());
    let client = client(&server, r#"{"scope":"asked"}"#);
    assert!(client.session().is_null());
    assert!(ok(client.get_session(&NONE)).await.is_null());
    let session = ok(sign_in(&client)).await;
    let members: Vec<String> = call(&global("Object"), "keys", std::slice::from_ref(&session))
        .map(|names| js_sys::Array::from(&names).iter().filter_map(|name| name.as_string()).collect())
        .expect("names");
    assert_eq!(members, ["id", "subject", "scope", "expiresAt", "refreshTokenExpiresAt"]);
    assert_eq!(text(&session, "subject"), "user");
    assert_eq!(text(&session, "scope"), "asked");
    assert_eq!(get(&session, "expiresAt"), js_sys::Date::now() + 3_600_000.0);
    for same in [client.session(), ok(client.get_session(&NONE)).await] {
        assert_eq!(js_sys::JSON::stringify(&same), js_sys::JSON::stringify(&session));
    }
}

#[wasm_bindgen_test]
async fn a_session_keeps_its_id_through_a_refresh() {
    let server = Server::new();
    let client = signed_in(&server, "{}").await;
    let id = text(&client.session(), "id");
    ok(fresh_token(&client)).await;
    assert_eq!(text(&client.session(), "id"), id);
}

#[wasm_bindgen_test]
async fn without_a_session_there_is_no_token() {
    let server = Server::new();
    assert_eq!(code(token(&client(&server, "{}"))).await, "login_required");
    assert_eq!(server.grants(), 0);
}

#[wasm_bindgen_test]
async fn a_user_does_not_become_a_guest() {
    let server = Server::new();
    let client = signed_in(&server, r#"{"server":"oro","guest":true}"#).await;
    assert_eq!(code(client.sign_in_as_guest(&NONE)).await, "signed_in");
    ok(client.sign_out(&NONE)).await;
    assert_eq!(text(&ok(client.sign_in_as_guest(&NONE)).await, "subject"), "guest");
}

// Calls that are aborted or time out

#[wasm_bindgen_test]
async fn a_call_times_out_if_the_server_never_responds() {
    let server = Server::new();
    let client = signed_in(&server, r#"{"timeout":30}"#).await;
    let gate = server.will_hang();
    let error = error(fresh_token(&client)).await;
    assert_eq!(text(&error, "code"), "timeout");
    assert!(get(&error, "transient").is_truthy());
    assert_eq!(code(fresh_token(&client)).await, "timeout");
    assert_eq!(server.grants(), 2, "the refresh token is not sent again while its exchange is in flight");
    gate.open(&reply(200, &server.tokens("{}")));
    turns().await;
    assert_eq!(ok(token(&client)).await, "access-2", "a late response counts");
    assert_eq!(server.grants(), 2);
}

#[wasm_bindgen_test]
async fn a_call_whose_signal_is_aborted_already_does_nothing() {
    let server = Server::new();
    let client = client(&server, r#"{"server":"oro","guest":true}"#);
    let signal = call(&global("AbortSignal"), "abort", &[]).expect("an aborted signal");
    let options = with("signal", signal);
    for aborted in [
        client.get_access_token(&options),
        client.get_session(&options),
        client.sign_in(&credentials(), &options),
        client.sign_in_as_guest(&options),
        client.sign_out(&options),
    ] {
        let error = error(aborted).await;
        assert_eq!(text(&error, "code"), "aborted");
        assert!(!get(&error, "transient").is_truthy());
    }
    assert_eq!(server.grants(), 0);
}

#[wasm_bindgen_test]
async fn an_abort_ends_the_call_and_not_the_exchange() {
    let (server, storage) = (Server::new(), TestStorage::new());
    let client = client_storing(&server, &storage, "{}");
    ok(sign_in(&client)).await;
    let gate = server.will_hang();
    let controller = web_sys::AbortController::new().expect("a controller");
    let ask = js(r#"{"forceRefresh":true}"#);
    set(&ask, "signal", controller.signal());
    let (waiting, patient) = (client.get_access_token(&ask), fresh_token(&client));
    ok(server.grants_reach(2)).await;
    controller.abort();
    assert_eq!(code(waiting).await, "aborted");
    let sent: web_sys::AbortSignal = get(&server.init(1), "signal").unchecked_into();
    assert!(!sent.aborted(), "a rotation that has begun is not cut");
    assert!(is_pending(&patient).await);
    gate.open(&reply(200, &server.tokens("{}")));
    assert_eq!(ok(patient).await, "access-2");
    let record = storage.entries().get(0).as_string().expect("a record");
    assert!(record.contains("refresh-2"));
}

#[wasm_bindgen_test]
async fn a_late_response_is_stored_although_nobody_waits_for_it() {
    let (server, storage) = (Server::new(), TestStorage::new());
    let client = client_storing(&server, &storage, "{}");
    let gate = server.will_hang();
    let controller = web_sys::AbortController::new().expect("a controller");
    let waiting = client.sign_in(&credentials(), &with("signal", controller.signal()));
    ok(server.grants_reach(1)).await;
    controller.abort();
    assert_eq!(code(waiting).await, "aborted");
    gate.open(&reply(200, &server.tokens("{}")));
    turns().await;
    assert_eq!(ok(token(&client)).await, "access-1");
    assert_eq!(storage.entries().length(), 1);
}

#[wasm_bindgen_test]
async fn a_sign_out_wins_over_an_exchange_in_flight() {
    let (server, storage) = (Server::new(), TestStorage::new());
    let client = client_storing(&server, &storage, "{}");
    ok(sign_in(&client)).await;
    let gate = server.will_hang();
    let waiting = fresh_token(&client);
    ok(server.grants_reach(2)).await;
    ok(client.sign_out(&NONE)).await;
    assert_eq!(code(waiting).await, "signed_out");
    gate.open(&reply(200, &server.tokens("{}")));
    turns().await;
    assert_eq!(storage.entries().length(), 0);
    assert!(client.session().is_null());
}

#[wasm_bindgen_test]
async fn a_sign_out_revokes_the_refresh_token_if_the_server_can() {
    let server = Server::new();
    let client = signed_in(&server, r#"{"revocationEndpoint":"https://shop.example/revoke"}"#).await;
    server.respond_to_grant(&reply(200, ""));
    ok(client.sign_out(&NONE)).await;
    assert_eq!(server.url(1), "https://shop.example/revoke");
    assert_eq!(server.param(1, "token").as_deref(), Some("refresh-1"));
}

#[wasm_bindgen_test]
async fn a_sign_out_without_a_session_succeeds() {
    let client = client(&Server::new(), "{}");
    let events = events_of(&client, "sessionchange");
    ok(client.sign_out(&NONE)).await;
    ok(client.sign_out(&NONE)).await;
    assert_eq!(events.length(), 0);
}

// Timers

#[wasm_bindgen_test]
async fn on_demand_there_is_no_timer_while_no_call_waits() {
    dispose_of_all_other_clients();
    let server = Server::new();
    let timers = Spy::on_global("setTimeout");
    let client = client(&server, r#"{"server":"oro","guest":true,"refresh":"on-demand"}"#);
    ok(token(&client)).await;
    ok(token(&client)).await;
    let while_waiting = timers.calls();
    let cleared = Spy::on_global("clearTimeout");
    ok(fetch(&client, &API.into(), &NONE)).await;
    show_page();
    assert_eq!((timers.calls(), cleared.calls()), (while_waiting, 0.0));
}

#[wasm_bindgen_test]
async fn on_demand_a_token_is_refreshed_only_for_a_call() {
    let (server, clock) = (Server::new(), Clock::stop());
    let client = signed_in(&server, r#"{"refresh":"on-demand"}"#).await;
    clock.go_on(3599.0);
    show_page();
    turns().await;
    assert_eq!(server.grants(), 1);
    assert_eq!(ok(token(&client)).await, "access-2");
}

#[wasm_bindgen_test]
async fn a_token_that_lives_for_thirty_days_sets_no_timer_that_fires_at_once() {
    let server = Server::new();
    let client = client(&server, "{}");
    server.will_grant(r#"{"expires_in":2592000}"#);
    let delays = Array::new();
    let real: js_sys::Function = global("setTimeout").unchecked_into();
    let list = delays.clone();
    let spy = Closure::<dyn FnMut(JsValue, JsValue) -> JsValue>::new(move |act: JsValue, delay: JsValue| {
        list.push(&delay);
        real.call2(&NONE, &act, &delay).expect("a timer")
    });
    let patched = Patch::value(&js_sys::global(), "setTimeout", spy.into_js_value());
    ok(sign_in(&client)).await;
    drop(patched);
    client.dispose();
    let last = delays.pop().as_f64().expect("a timer was made");
    assert_eq!(last, f64::from(i32::MAX));
}

// The fetch of a client

#[wasm_bindgen_test]
async fn the_fetch_of_a_client_may_be_detached() {
    let server = Server::new();
    let client = signed_in(&server, "{}").await;
    let detached = client.fetch();
    let response = detached.call1(&NONE, &API.into()).expect("a promise");
    ok(response.unchecked_into()).await;
    let response = detached.call1(&js("{}"), &API.into()).expect("a promise");
    ok(response.unchecked_into()).await;
    assert_eq!(server.header(1, "authorization").as_deref(), Some("Bearer access-1"));
}

#[wasm_bindgen_test]
async fn the_next_page_restores_the_session_and_refreshes_its_expired_token() {
    let (server, clock, key) = (Server::new(), Clock::stop(), fresh_key());
    let more = format!(r#"{{"storage":"session","storageKey":"{key}"}}"#);
    signed_in(&server, &more).await.dispose();
    clock.go_on(7200.0);
    let client = client(&server, &more);
    let events = events_of(&client, "sessionchange");
    assert_eq!(ok(token(&client)).await, "access-2");
    assert_eq!(members_of(&events, "reason"), ["restored"]);
    let record = page_storage("sessionStorage").get_item(&key).ok().flatten().expect("a record");
    assert!(record.contains("refresh-2") && !record.contains("refresh-1"));
}

#[wasm_bindgen_test]
async fn two_clients_of_one_page_do_not_share_a_session() {
    let (mine, other) = (Server::new(), Server::new());
    let client = signed_in(&mine, r#"{"storage":"session","clientId":"mine"}"#).await;
    let stranger = crate::support::client(&other, r#"{"storage":"session","clientId":"other"}"#);
    assert!(ok(stranger.get_session(&NONE)).await.is_null());
    ok(sign_in(&stranger)).await;
    ok(stranger.sign_out(&NONE)).await;
    assert_eq!(ok(token(&client)).await, "access-1");
    ok(client.sign_out(&NONE)).await;
}

#[wasm_bindgen_test]
async fn a_listener_that_throws_leaves_the_client_working() {
    let server = Server::new();
    let client: Client = client(&server, "{}");
    let quiet = listener_of_errors();
    let _onerror = Patch::value(&js_sys::global(), "onerror", quiet);
    on(&client, "sessionchange", &thrower("a bug of the shop"));
    for _ in 0..3 {
        ok(sign_in(&client)).await;
        ok(client.sign_out(&NONE)).await;
    }
    ok(sign_in(&client)).await;
    assert_eq!(ok(token(&client)).await, "access-4");
}

fn listener_of_errors() -> JsValue {
    Closure::<dyn FnMut() -> bool>::new(|| true).into_js_value()
}
