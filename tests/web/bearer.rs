//! The bearer `fetch`: where it sends the token, and what it does about a 401.

use js_sys::{Array, Function, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::{
    API, Client, ENDPOINT, NONE, Server, announcement, call, client, code, construct, error, fetch, get,
    global, is_pending, js, make, ok, options, post, rejection, reply, set, sign_in, signed_in, text, token,
    turns, with,
};

fn status(response: &JsValue) -> f64 {
    crate::support::number(response, "status")
}

async fn body_of(response: &JsValue) -> JsValue {
    ok(call(response, "text", &[]).expect("a promise").unchecked_into()).await
}

#[wasm_bindgen_test]
async fn a_request_carries_the_token_and_everything_its_caller_set() {
    let server = Server::new();
    let client = signed_in(&server, "{}").await;
    let init = js(
        r#"{"method":"PUT","body":"{}","headers":{"Content-Type":"application/vnd.api+json","X-Shop":"1"}}"#,
    );
    let response = ok(fetch(&client, &API.into(), &init)).await;
    assert_eq!(body_of(&response).await, "fine");
    assert_eq!(server.header(0, "authorization").as_deref(), Some("Bearer access-1"));
    assert_eq!(server.header(0, "content-type").as_deref(), Some("application/vnd.api+json"));
    assert_eq!(server.header(0, "x-shop").as_deref(), Some("1"));
    assert_eq!(ok(server.body(0)).await, "{}");
}

#[wasm_bindgen_test]
async fn the_first_request_creates_the_guest() {
    let server = Server::new();
    let client = client(&server, r#"{"server":"oro","guest":true}"#);
    ok(fetch(&client, &API.into(), &NONE)).await;
    assert_eq!(server.param(0, "username").as_deref(), Some("guest"));
    assert_eq!(server.header(0, "authorization").as_deref(), Some("Bearer access-1"));
}

#[wasm_bindgen_test]
async fn without_a_session_nothing_is_sent() {
    let server = Server::new();
    assert_eq!(code(fetch(&client(&server, "{}"), &API.into(), &NONE)).await, "login_required");
    assert_eq!(server.calls(), 0);
}

#[wasm_bindgen_test]
async fn a_request_may_be_a_url_or_a_request() {
    let server = Server::new();
    let client = signed_in(&server, "{}").await;
    ok(fetch(&client, &construct("URL", &[API.into()]), &NONE)).await;
    let request = construct("Request", &[API.into(), post("from a request")]);
    ok(fetch(&client, &request, &NONE)).await;
    let request = construct("Request", &[API.into(), post("to be overridden")]);
    ok(fetch(&client, &request, &post("from init"))).await;
    assert_eq!(ok(server.body(1)).await, "from a request");
    assert_eq!(ok(server.body(2)).await, "from init");
    assert_eq!(server.header(2, "authorization").as_deref(), Some("Bearer access-1"));
}

#[wasm_bindgen_test]
async fn the_token_is_sent_to_allowed_origins_only() {
    for url in [
        "https://other.example/api",
        "http://shop.example/api",
        "https://shop.example:8443/api",
        "https://shop.example.evil.example/api",
        "https://shop.example@evil.example/api",
        "//evil.example/api",
        "/relative/to/this/page",
        "data:text/plain,hello",
    ] {
        let server = Server::new();
        let client = client(&server, r#"{"server":"oro","guest":true}"#);
        // The platform refuses a URL that contains a user name.
        let refused = rejection(fetch(&client, &url.into(), &NONE)).await;
        if !url.contains('@') {
            assert_eq!(text(&refused, "code"), "origin_not_allowed", "{url}");
        }
        assert_eq!((server.grants(), server.calls()), (0, 0), "{url}");
    }
}

#[wasm_bindgen_test]
async fn the_token_is_sent_to_each_allowed_origin() {
    let server = Server::new();
    let client =
        signed_in(&server, r#"{"allowedOrigins":["https://api.example","http://localhost:8080"]}"#).await;
    for url in ["https://api.example/v1", "https://api.example:443/v2", "http://localhost:8080/"] {
        ok(fetch(&client, &url.into(), &NONE)).await;
    }
    assert_eq!(server.calls(), 3);
    assert_eq!(
        code(fetch(&client, &API.into(), &NONE)).await,
        "origin_not_allowed",
        "the list is all there is"
    );
}

#[wasm_bindgen_test]
async fn the_error_for_an_origin_that_is_not_allowed_names_no_more_of_the_url() {
    let client = signed_in(&Server::new(), "{}").await;
    let error = error(fetch(&client, &"https://other.example/path?secret=1".into(), &NONE)).await;
    let message = text(&error, "message");
    assert!(message.contains("https://other.example") && !message.contains("secret"), "{message}");
}

#[wasm_bindgen_test]
async fn a_401_for_the_current_token_causes_one_refresh_and_one_replay() {
    let server = Server::new();
    let client = signed_in(&server, "{}").await;
    server.api_will_say(401, "");
    let response = ok(fetch(&client, &API.into(), &NONE)).await;
    assert_eq!(status(&response), 200.0);
    assert_eq!((server.grants(), server.calls()), (2, 2));
    assert_eq!(server.header(1, "authorization").as_deref(), Some("Bearer access-2"));
}

#[wasm_bindgen_test]
async fn many_401s_for_one_token_cause_one_refresh() {
    let server = Server::new();
    let client = signed_in(&server, "{}").await;
    for _ in 0..20 {
        server.api_will_say(401, "");
    }
    let all: Array = (0..20).map(|_| JsValue::from(fetch(&client, &API.into(), &NONE))).collect();
    let responses: Array = ok(Promise::all(&all)).await.unchecked_into();
    assert!(responses.iter().all(|response| status(&response) == 200.0));
    assert_eq!((server.grants(), server.calls()), (2, 40));
}

#[wasm_bindgen_test]
async fn a_401_for_an_older_token_causes_a_replay_without_a_refresh() {
    let server = Server::new();
    let client = signed_in(&server, "{}").await;
    let (held, response) = announcement();
    server.respond_to_call(&held);
    let slow = fetch(&client, &API.into(), &NONE);
    ok(server.calls_reach(1)).await;
    ok(crate::support::fresh_token(&client)).await;
    response.call1(&NONE, &reply(401, "")).expect("nothing thrown");
    assert_eq!(status(&ok(slow).await), 200.0);
    assert_eq!(server.grants(), 2);
    assert_eq!(server.header(1, "authorization").as_deref(), Some("Bearer access-2"));
}

#[wasm_bindgen_test]
async fn each_401_causes_a_refresh_if_the_address_has_accepted_the_newer_token_before() {
    let server = Server::new();
    let client = signed_in(&server, "{}").await;
    for grants in 2..5 {
        server.api_will_say(401, "");
        assert_eq!(status(&ok(fetch(&client, &API.into(), &NONE)).await), 200.0);
        assert_eq!(server.grants(), grants);
    }
}

#[wasm_bindgen_test]
async fn the_caller_gets_a_second_401() {
    let server = Server::new();
    let client = signed_in(&server, "{}").await;
    server.api_will_say(401, "first");
    server.api_will_say(401, "second");
    let response = ok(fetch(&client, &API.into(), &NONE)).await;
    assert_eq!(status(&response), 401.0);
    assert_eq!(body_of(&response).await, "second");
    assert_eq!((server.grants(), server.calls()), (2, 2));
}

#[wasm_bindgen_test]
async fn the_caller_gets_a_401_with_its_body_if_there_is_no_newer_token() {
    let server = Server::new();
    let client = signed_in(&server, "{}").await;
    server.api_will_say(401, r#"{"title":"expired"}"#);
    server.will_refuse(503, "server_error");
    let response = ok(fetch(&client, &API.into(), &NONE)).await;
    assert_eq!(status(&response), 401.0);
    assert_eq!(body_of(&response).await, r#"{"title":"expired"}"#);
    assert_eq!(server.calls(), 1);
}

#[wasm_bindgen_test]
async fn the_caller_gets_any_other_status_at_once() {
    for refusal in [400, 403, 404, 407, 500] {
        let server = Server::new();
        let client = signed_in(&server, "{}").await;
        server.api_will_say(refusal, "no");
        assert_eq!(status(&ok(fetch(&client, &API.into(), &NONE)).await), f64::from(refusal));
        assert_eq!((server.grants(), server.calls()), (1, 1));
    }
}

#[wasm_bindgen_test]
async fn an_abort_rejects_with_the_callers_own_reason_at_every_step() {
    // While the token is requested, while the request is in flight, and while the token is refreshed.
    for step in ["token", "request", "refresh"] {
        let server = Server::new();
        let client = client(&server, r#"{"server":"oro","guest":true}"#);
        let controller = construct("AbortController", &[]);
        let signal = get(&controller, "signal");
        if step == "token" {
            server.will_hang();
        } else {
            ok(token(&client)).await;
        }
        if step == "request" {
            server.respond_to_call(&until_aborted());
        }
        if step == "refresh" {
            server.api_will_say(401, "");
            server.will_hang();
        }
        let asked = fetch(&client, &API.into(), &with("signal", signal));
        match step {
            "token" => ok(server.grants_reach(1)).await,
            "request" => ok(server.calls_reach(1)).await,
            _ => ok(server.grants_reach(2)).await,
        };
        turns().await;
        assert!(is_pending(&asked).await, "{step}");
        let reason = construct("Error", &["the shopper went on".into()]);
        call(&controller, "abort", std::slice::from_ref(&reason)).expect("aborted");
        assert_eq!(rejection(asked).await, reason, "{step}");
        client.dispose();
    }
}

/// A fetch that rejects when its request's signal is aborted, as the platform's does.
fn until_aborted() -> JsValue {
    listener_with_result(|request| {
        let signal: web_sys::AbortSignal = get(&request, "signal").unchecked_into();
        Promise::new(&mut |_, reject| {
            let own = signal.clone();
            let aborted = crate::support::function(move || {
                reject.call1(&NONE, &own.reason()).expect("nothing thrown");
            });
            signal.add_event_listener_with_callback("abort", &aborted).expect("an event target");
        })
        .into()
    })
}

fn listener_with_result(act: impl FnMut(JsValue) -> JsValue + 'static) -> JsValue {
    Closure::<dyn FnMut(JsValue) -> JsValue>::new(act).into_js_value()
}

#[wasm_bindgen_test]
async fn a_request_whose_signal_is_aborted_already_is_not_sent() {
    let server = Server::new();
    let client = signed_in(&server, "{}").await;
    let signal = call(&global("AbortSignal"), "abort", &[]).expect("an aborted signal");
    let reason = get(&signal, "reason");
    assert_eq!(rejection(fetch(&client, &API.into(), &with("signal", signal))).await, reason);
    assert_eq!(server.calls(), 0);
}

#[wasm_bindgen_test]
async fn a_failed_request_rejects_with_the_platforms_own_error() {
    let server = Server::new();
    let client = signed_in(&server, "{}").await;
    let failure = construct("TypeError", &["Failed to fetch".into()]);
    server.respond_to_call(&Promise::reject(&failure));
    assert_eq!(rejection(fetch(&client, &API.into(), &NONE)).await, failure);
}

#[wasm_bindgen_test]
async fn an_invalid_request_rejects_with_the_platforms_own_error() {
    let client = signed_in(&Server::new(), "{}").await;
    let get_with_body = js(r#"{"body":"a GET has no body"}"#);
    assert!(
        rejection(fetch(&client, &API.into(), &get_with_body)).await.is_instance_of::<js_sys::TypeError>()
    );
    assert!(rejection(fetch(&client, &"https://".into(), &NONE)).await.is_instance_of::<js_sys::TypeError>());
}

#[wasm_bindgen_test]
async fn a_users_request_is_not_replayed_with_another_users_token() {
    let server = Server::new();
    let client: Client = signed_in(&server, "{}").await;
    let (held, response) = announcement();
    server.respond_to_call(&held);
    let first_users = fetch(&client, &API.into(), &NONE);
    ok(server.calls_reach(1)).await;
    ok(client.sign_out(&NONE)).await;
    ok(sign_in(&client)).await;
    response.call1(&NONE, &reply(401, "")).expect("nothing thrown");
    assert_eq!(status(&ok(first_users).await), 401.0);
    assert_eq!(server.calls(), 1);
}

#[wasm_bindgen_test]
async fn the_token_replaces_the_requests_own_authorization() {
    let server = Server::new();
    let client = signed_in(&server, "{}").await;
    ok(fetch(&client, &API.into(), &js(r#"{"headers":{"Authorization":"Basic abc"}}"#))).await;
    assert_eq!(server.header(0, "authorization").as_deref(), Some("Bearer access-1"));
}

#[wasm_bindgen_test]
async fn the_applications_fetch_is_called_without_this() {
    let server = Server::new();
    let options = options(&server, "{}");
    let seen = Array::new();
    let body = "'use strict'; return function (input, init) { seen.push([input, this]); return inner(input, init); }";
    let own = Function::new_with_args("inner, seen", body)
        .call2(&NONE, &server.fetch(), &seen)
        .expect("a function");
    set(&options, "fetch", own);
    let client = make(&options);
    ok(sign_in(&client)).await;
    ok(fetch(&client, &API.into(), &NONE)).await;
    let calls: Vec<_> = seen
        .iter()
        .map(|call| Array::from(&call))
        .map(|call| (call.get(0).as_string(), call.get(1)))
        .collect();
    assert_eq!(calls, [ENDPOINT, API].map(|url| (Some(url.to_owned()), NONE)));
}
