//! Shared by all tests here: a server behind a `fetch`, storages, and changes to the page.

use std::cell::{Cell, RefCell};
use std::future::Future;

use js_sys::{Array, Function, JSON, Object, Promise};
use storefront_token_client::web::exported::Core;
use storefront_token_client::web::to_js::TokenError;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

#[wasm_bindgen(module = "/tests/web/support.js")]
extern "C" {
    /// A server that sends the responses it is given, and otherwise grants every request.
    #[derive(Debug)]
    pub type Server;
    #[wasm_bindgen(constructor)]
    pub fn new() -> Server;
    #[wasm_bindgen(method, getter)]
    pub fn fetch(this: &Server) -> Function;
    #[wasm_bindgen(method, js_name = respondToGrant)]
    pub fn respond_to_grant(this: &Server, response: &JsValue);
    #[wasm_bindgen(method, js_name = respondToCall)]
    pub fn respond_to_call(this: &Server, response: &JsValue);
    /// The body of the next token set, with these members in JSON.
    #[wasm_bindgen(method)]
    pub fn tokens(this: &Server, members: &str) -> String;
    #[wasm_bindgen(method, js_name = grantCount)]
    pub fn grants(this: &Server) -> u32;
    #[wasm_bindgen(method, js_name = callCount)]
    pub fn calls(this: &Server) -> u32;
    #[wasm_bindgen(method, js_name = grantsReach)]
    pub fn grants_reach(this: &Server, count: u32) -> Promise;
    #[wasm_bindgen(method, js_name = callsReach)]
    pub fn calls_reach(this: &Server, count: u32) -> Promise;
    #[wasm_bindgen(method)]
    pub fn url(this: &Server, at: u32) -> String;
    #[wasm_bindgen(method)]
    pub fn init(this: &Server, at: u32) -> JsValue;
    #[wasm_bindgen(method)]
    pub fn param(this: &Server, at: u32, name: &str) -> Option<String>;
    #[wasm_bindgen(method)]
    pub fn header(this: &Server, at: u32, name: &str) -> Option<String>;
    #[wasm_bindgen(method)]
    pub fn body(this: &Server, at: u32) -> Promise;

    /// A storage that records its calls, and whose next results can be chosen.
    #[derive(Debug, Clone)]
    pub type TestStorage;
    #[wasm_bindgen(constructor)]
    pub fn new() -> TestStorage;
    #[wasm_bindgen(method)]
    pub fn next(this: &TestStorage, method: &str, act: &Function);
    #[wasm_bindgen(method)]
    pub fn entries(this: &TestStorage) -> Array;
    #[wasm_bindgen(method)]
    pub fn put(this: &TestStorage, key: &str, value: &JsValue);
    #[wasm_bindgen(method)]
    pub fn logged(this: &TestStorage) -> String;

    /// A promise to be settled from outside.
    #[derive(Debug, Clone)]
    pub type Gate;
    #[wasm_bindgen(constructor)]
    pub fn new() -> Gate;
    #[wasm_bindgen(method, getter)]
    pub fn promise(this: &Gate) -> Promise;
    #[wasm_bindgen(method)]
    pub fn open(this: &Gate, value: &JsValue);
    #[wasm_bindgen(method)]
    pub fn fail(this: &Gate, reason: &JsValue);

    /// The methods of `TokenClient` as JavaScript calls them.
    #[derive(Debug, Clone)]
    pub type Client;
    #[wasm_bindgen(method, getter)]
    pub fn session(this: &Client) -> JsValue;
    #[wasm_bindgen(method, js_name = getSession)]
    pub fn get_session(this: &Client, options: &JsValue) -> Promise;
    #[wasm_bindgen(method, js_name = signIn)]
    pub fn sign_in(this: &Client, credentials: &JsValue, options: &JsValue) -> Promise;
    #[wasm_bindgen(method, js_name = signInAsGuest)]
    pub fn sign_in_as_guest(this: &Client, options: &JsValue) -> Promise;
    #[wasm_bindgen(method, js_name = getAccessToken)]
    pub fn get_access_token(this: &Client, options: &JsValue) -> Promise;
    #[wasm_bindgen(method, js_name = signOut)]
    pub fn sign_out(this: &Client, options: &JsValue) -> Promise;
    #[wasm_bindgen(method, getter)]
    pub fn fetch(this: &Client) -> Function;
    #[wasm_bindgen(method, catch)]
    pub fn on(this: &Client, kind: &str, listener: &Function, options: &JsValue)
    -> Result<Function, JsValue>;
    #[wasm_bindgen(method)]
    pub fn dispose(this: &Client);

    fn loader(make: &JsValue) -> Function;
    /// Frees the core that was made last, as when its client is collected as garbage.
    #[wasm_bindgen(js_name = freeLastCore)]
    pub fn free_last_core();

    #[wasm_bindgen(js_name = reply)]
    fn make_reply(status: u16, body: &str, headers: &str) -> JsValue;
    pub fn flood(count: u32, counter: &JsValue) -> JsValue;
    pub fn cut(text: &str) -> JsValue;
    pub fn stream(text: &str) -> JsValue;
    pub fn thrower(message: &str) -> Function;
    pub fn rejecter(message: &str) -> Function;
    #[wasm_bindgen(js_name = patch)]
    pub fn make_patch(target: &JsValue, name: &str, descriptor: &JsValue) -> Function;
    #[wasm_bindgen(js_name = restoreAll)]
    pub fn restore_all();
    #[wasm_bindgen(js_name = spy)]
    pub fn make_spy(target: &JsValue, name: &str, counter: &JsValue) -> Function;
    #[wasm_bindgen(js_name = turns)]
    fn some_turns() -> Promise;
    #[wasm_bindgen(js_name = isPending)]
    fn promise_is_pending(promise: &Promise) -> Promise;
    #[wasm_bindgen(js_name = everythingOf)]
    pub fn everything_of(value: &JsValue) -> String;
    #[wasm_bindgen(js_name = withThrowingGetter)]
    pub fn with_throwing_getter(object: &JsValue, name: &str) -> JsValue;
    pub fn fill(storage: &JsValue);
    pub fn empty(storage: &JsValue);
}

use crate::front::{construct_front, set_loader};
pub use crate::page::{Clock, Patch, Spy, dispatch, page_storage, show_page};
pub use crate::values::{
    call, construct, function, get, global, js, listener, number, set, source, text, with,
};

pub const NONE: JsValue = JsValue::UNDEFINED;

// Promises

pub async fn ok(promise: Promise) -> JsValue {
    JsFuture::from(promise).await.unwrap_or_else(|error| panic!("rejected: {error:?}"))
}

/// The error that the promise rejects with.
pub async fn rejection(promise: Promise) -> JsValue {
    match JsFuture::from(promise).await {
        Ok(value) => panic!("fulfilled: {value:?}"),
        Err(error) => error,
    }
}

/// The `TokenError` that the promise rejects with.
pub async fn error(promise: Promise) -> JsValue {
    let error = rejection(promise).await;
    assert!(error.has_type::<TokenError>(), "a TokenError, not {error:?}");
    error
}

/// The code of the `TokenError` that the promise rejects with.
pub async fn code(promise: Promise) -> String {
    text(&error(promise).await, "code")
}

pub async fn is_pending(promise: &Promise) -> bool {
    ok(promise_is_pending(promise)).await.is_truthy()
}

/// Lets the event loop turn a few times, so that everything that is ready happens.
pub async fn turns() {
    ok(some_turns()).await;
}

/// A promise, and the function that fulfils it.
pub fn announcement() -> (Promise, Function) {
    let gate = Gate::new();
    (gate.promise(), get(&gate, "open").unchecked_into())
}

// The server

/// A response in JSON.
pub fn reply(status: u16, body: &str) -> JsValue {
    make_reply(status, body, r#"{"Content-Type":"application/json"}"#)
}

pub fn reply_with(status: u16, body: &str, header: &str, value: &str) -> JsValue {
    let headers = JSON::stringify(&with(header, value)).expect("a JSON text");
    make_reply(status, body, &String::from(headers))
}

/// The options of a request that posts this body.
pub fn post(body: impl Into<JsValue>) -> JsValue {
    let init = js(r#"{"method":"POST"}"#);
    set(&init, "body", body);
    init
}

impl Server {
    /// Gives the next token response these members, in JSON.
    pub fn will_grant(&self, members: &str) {
        self.respond_to_grant(&reply(200, &self.tokens(members)));
    }

    /// Makes the next token response this error.
    pub fn will_refuse(&self, status: u16, error: &str) {
        self.respond_to_grant(&reply(status, &format!(r#"{{"error":"{error}"}}"#)));
    }

    /// Delays the next token response until the gate is opened.
    pub fn will_hang(&self) -> Gate {
        let gate = Gate::new();
        self.respond_to_grant(&gate.promise());
        gate
    }

    /// Gives the API's next response this status.
    pub fn api_will_say(&self, status: u16, body: &str) {
        self.respond_to_call(&reply(status, body));
    }
}

// The client

pub const ENDPOINT: &str = "https://shop.example/oauth2-token";
pub const API: &str = "https://shop.example/api/shoppinglists";

/// Options of a client of `server`, with more of them in JSON.
pub fn options(server: &Server, more: &str) -> JsValue {
    let options = js(r#"{"clientId":"shop","storage":"memory","shareAcrossTabs":false}"#);
    set(&options, "tokenEndpoint", ENDPOINT);
    set(&options, "fetch", server.fetch());
    Object::<JsValue>::assign(options.unchecked_ref(), js(more).unchecked_ref()).into()
}

/// `new TokenClient(options)`, with the front of src/js before this crate's core.
pub fn try_make(options: &JsValue) -> Result<Client, JsValue> {
    LOADER.with(|()| {});
    construct_front(options).map(JsCast::unchecked_into)
}

pub fn make(options: &JsValue) -> Client {
    let client = try_make(options).unwrap_or_else(|error| panic!("{error:?}"));
    CLIENTS.with_borrow_mut(|clients| clients.push(client.clone()));
    client
}

thread_local! {
    static LOADER: () = {
        let make = |options: JsValue, front: JsValue| {
            Core::new(options.unchecked_ref(), front.unchecked_into()).map(JsValue::from)
        };
        let make = Closure::<dyn Fn(JsValue, JsValue) -> Result<JsValue, JsValue>>::new(make);
        set_loader(&loader(&make.into_js_value()));
    };
    static CLIENTS: RefCell<Vec<Client>> = const { RefCell::new(Vec::new()) };
}

/// Disposes of every client made before, for a test that counts what its own client does to the page.
pub fn dispose_of_all_other_clients() {
    for client in CLIENTS.take() {
        // Throws for one that was freed.
        let _ = call(&client, "dispose", &[]);
    }
}

pub fn client(server: &Server, more: &str) -> Client {
    make(&options(server, more))
}

/// A client whose storage is this object.
pub fn client_storing(server: &Server, storage: &JsValue, more: &str) -> Client {
    let options = options(server, more);
    set(&options, "storage", storage);
    make(&options)
}

pub fn credentials() -> JsValue {
    js(r#"{"username":"anna","password":"secret"}"#)
}

pub fn sign_in(client: &Client) -> Promise {
    client.sign_in(&credentials(), &NONE)
}

pub fn token(client: &Client) -> Promise {
    client.get_access_token(&NONE)
}

pub fn fresh_token(client: &Client) -> Promise {
    client.get_access_token(&js(r#"{"forceRefresh":true}"#))
}

/// A client with a user signed in: its token is access-1.
pub async fn signed_in(server: &Server, more: &str) -> Client {
    let client = client(server, more);
    ok(sign_in(&client)).await;
    client
}

pub fn fetch(client: &Client, input: &JsValue, init: &JsValue) -> Promise {
    let response = client.fetch().call2(&NONE, input, init).expect("a promise");
    response.dyn_into().expect("a promise")
}

/// Adds a listener. Returns the function that removes it.
pub fn on(client: &Client, kind: &str, listener: &Function) -> Function {
    client.on(kind, listener, &NONE).unwrap_or_else(|error| panic!("{error:?}"))
}

/// A list that grows by each event of a client.
pub fn events_of(client: &Client, kind: &str) -> Array {
    let told = Array::new();
    let list = told.clone();
    let hear = listener(move |event| {
        list.push(&event);
    });
    on(client, kind, &hear);
    told
}

pub fn members_of(events: &Array, name: &str) -> Vec<String> {
    events.iter().map(|event| text(&event, name)).collect()
}

/// The next event of this type.
pub fn next_event(client: &Client, kind: &str) -> impl Future<Output = JsValue> + use<> {
    let (promise, heard) = announcement();
    on(client, kind, &heard);
    ok(promise)
}

thread_local! {
    static KEYS: Cell<u32> = const { Cell::new(0) };
}

/// A key that no other test has.
pub fn fresh_key() -> String {
    KEYS.set(KEYS.get() + 1);
    format!("test {}", KEYS.get())
}
