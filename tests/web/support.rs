//! What the tests share: a server behind a `fetch`, storages, and hands on the page.

use std::cell::{Cell, RefCell};
use std::future::Future;

use js_sys::{Array, Function, JSON, Object, Promise, Reflect};
use storefront_token_client::web::client::TokenClient;
use storefront_token_client::web::to_js::TokenError;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

#[wasm_bindgen(module = "/tests/web/support.js")]
extern "C" {
    /// A server that answers as it is told. What it is not told about, it grants.
    #[derive(Debug)]
    pub type Server;
    #[wasm_bindgen(constructor)]
    pub fn new() -> Server;
    #[wasm_bindgen(method, getter)]
    pub fn fetch(this: &Server) -> Function;
    #[wasm_bindgen(method, js_name = answerGrant)]
    pub fn answer_grant(this: &Server, answer: &JsValue);
    #[wasm_bindgen(method, js_name = answerCall)]
    pub fn answer_call(this: &Server, answer: &JsValue);
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

    /// A storage that tells what was done to it, and does what it is told.
    #[derive(Debug, Clone)]
    pub type Shelf;
    #[wasm_bindgen(constructor)]
    pub fn new() -> Shelf;
    #[wasm_bindgen(method)]
    pub fn next(this: &Shelf, method: &str, act: &Function);
    #[wasm_bindgen(method)]
    pub fn entries(this: &Shelf) -> Array;
    #[wasm_bindgen(method)]
    pub fn put(this: &Shelf, key: &str, value: &JsValue);
    #[wasm_bindgen(method)]
    pub fn logged(this: &Shelf) -> String;

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

    /// `TokenClient` as JavaScript sees it.
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
    /// What happens when a client is collected as garbage.
    #[wasm_bindgen(method)]
    pub fn free(this: &Client);

    #[wasm_bindgen(js_name = reply)]
    fn make_reply(status: u16, body: &str, headers: &str) -> JsValue;
    pub fn flood(count: u32, counter: &JsValue) -> JsValue;
    pub fn cut(text: &str) -> JsValue;
    pub fn stream(text: &str) -> JsValue;
    pub fn thrower(message: &str) -> Function;
    pub fn rejecter(message: &str) -> Function;
    #[wasm_bindgen(js_name = patch)]
    fn make_patch(target: &JsValue, name: &str, descriptor: &JsValue) -> Function;
    #[wasm_bindgen(js_name = restoreAll)]
    fn restore_all();
    #[wasm_bindgen(js_name = spy)]
    fn make_spy(target: &JsValue, name: &str, counter: &JsValue) -> Function;
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

pub const NONE: JsValue = JsValue::UNDEFINED;

// Values

/// The value of a JSON text.
pub fn js(json: &str) -> JsValue {
    JSON::parse(json).expect("a JSON text")
}

pub fn get(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).expect("a readable property")
}

pub fn text(object: &JsValue, name: &str) -> String {
    get(object, name).as_string().unwrap_or_else(|| panic!("{name} is no text in {object:?}"))
}

pub fn number(object: &JsValue, name: &str) -> f64 {
    get(object, name).as_f64().unwrap_or_else(|| panic!("{name} is no number in {object:?}"))
}

pub fn set(object: &JsValue, name: &str, value: impl Into<JsValue>) {
    Reflect::set(object, &name.into(), &value.into()).expect("a writable property");
}

/// An object with one member.
pub fn with(name: &str, value: impl Into<JsValue>) -> JsValue {
    let object = Object::new().into();
    set(&object, name, value);
    object
}

pub fn global(name: &str) -> JsValue {
    get(&js_sys::global(), name)
}

/// Calls a method of an object.
pub fn call(object: &JsValue, name: &str, arguments: &[JsValue]) -> Result<JsValue, JsValue> {
    let method: Function = get(object, name).dyn_into().expect("a method");
    method.apply(object, &arguments.iter().cloned().collect())
}

/// `new name(...)` of a class of the browser.
pub fn construct(name: &str, arguments: &[JsValue]) -> JsValue {
    let class: Function = global(name).dyn_into().expect("a class");
    Reflect::construct(&class, &arguments.iter().cloned().collect()).expect("an instance")
}

pub fn function(act: impl FnMut() + 'static) -> Function {
    Closure::<dyn FnMut()>::new(act).into_js_value().unchecked_into()
}

/// A function that is given one argument.
pub fn listener(act: impl FnMut(JsValue) + 'static) -> Function {
    Closure::<dyn FnMut(JsValue)>::new(act).into_js_value().unchecked_into()
}

/// A function that gives a value.
pub fn source(give: impl FnMut() -> JsValue + 'static) -> Function {
    Closure::<dyn FnMut() -> JsValue>::new(give).into_js_value().unchecked_into()
}

// Promises

pub async fn ok(promise: Promise) -> JsValue {
    JsFuture::from(promise).await.unwrap_or_else(|error| panic!("rejected: {error:?}"))
}

/// What the promise is rejected with.
pub async fn rejection(promise: Promise) -> JsValue {
    match JsFuture::from(promise).await {
        Ok(value) => panic!("fulfilled: {value:?}"),
        Err(error) => error,
    }
}

/// The `TokenError` that the promise is rejected with.
pub async fn error(promise: Promise) -> JsValue {
    let error = rejection(promise).await;
    assert!(error.has_type::<TokenError>(), "a TokenError, not {error:?}");
    error
}

/// The code of the `TokenError` that the promise is rejected with.
pub async fn code(promise: Promise) -> String {
    text(&error(promise).await, "code")
}

pub async fn is_pending(promise: &Promise) -> bool {
    ok(promise_is_pending(promise)).await.is_truthy()
}

/// Some turns of the event loop: what could have happened by itself has happened.
pub async fn turns() {
    ok(some_turns()).await;
}

/// A promise, and what fulfils it.
pub fn announcement() -> (Promise, Function) {
    let gate = Gate::new();
    (gate.promise(), get(&gate, "open").unchecked_into())
}

// The server

/// An answer in JSON.
pub fn reply(status: u16, body: &str) -> JsValue {
    make_reply(status, body, r#"{"Content-Type":"application/json"}"#)
}

pub fn reply_with(status: u16, body: &str, header: &str, value: &str) -> JsValue {
    let headers = JSON::stringify(&with(header, value)).expect("a JSON text");
    make_reply(status, body, &String::from(headers))
}

impl Server {
    /// The next token answer has these members, in JSON.
    pub fn will_grant(&self, members: &str) {
        self.answer_grant(&reply(200, &self.tokens(members)));
    }

    /// The next token answer is this error response.
    pub fn will_refuse(&self, status: u16, error: &str) {
        self.answer_grant(&reply(status, &format!(r#"{{"error":"{error}"}}"#)));
    }

    /// The next token answer comes when it is told to.
    pub fn will_hang(&self) -> Gate {
        let gate = Gate::new();
        self.answer_grant(&gate.promise());
        gate
    }

    /// The API's next answer is this status.
    pub fn api_will_say(&self, status: u16, body: &str) {
        self.answer_call(&reply(status, body));
    }
}

// The client

pub const ENDPOINT: &str = "https://shop.example/oauth2-token";
pub const API: &str = "https://shop.example/api/shoppinglists";

/// Options for a client of `server`, and more of them in JSON.
pub fn options(server: &Server, more: &str) -> JsValue {
    let options = js(r#"{"clientId":"shop","storage":"memory","shareAcrossTabs":false}"#);
    set(&options, "tokenEndpoint", ENDPOINT);
    set(&options, "fetch", server.fetch());
    Object::<JsValue>::assign(options.unchecked_ref(), js(more).unchecked_ref()).into()
}

#[wasm_bindgen(module = "/src/web/bearer.js")]
extern "C" {
    #[wasm_bindgen(js_name = bearerFetch)]
    fn bearer_fetch(authorize: &Function, own: &JsValue) -> Function;
}

/// `new TokenClient(options)`, with the `fetch` that src/js/token-client.js gives it.
pub fn try_make(options: &JsValue) -> Result<Client, JsValue> {
    let client = JsValue::from(TokenClient::new(options)?);
    let authorize: Function = get(&client, "authorize").unchecked_into();
    set(&client, "fetch", bearer_fetch(&authorize.bind0(&client), &get(options, "fetch")));
    Ok(client.unchecked_into())
}

pub fn make(options: &JsValue) -> Client {
    let client = try_make(options).unwrap_or_else(|error| panic!("{error:?}"));
    CLIENTS.with_borrow_mut(|clients| clients.push(client.clone()));
    client
}

thread_local! {
    static CLIENTS: RefCell<Vec<Client>> = const { RefCell::new(Vec::new()) };
}

/// Disposes of every client made before, for a test of what only its own may do to the page.
pub fn alone() {
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
    let answer = client.fetch().call2(&NONE, input, init).expect("a promise");
    answer.dyn_into().expect("a promise")
}

/// Adds a listener; what it returns takes the listener away again.
pub fn on(client: &Client, kind: &str, listener: &Function) -> Function {
    client.on(kind, listener, &NONE).unwrap_or_else(|error| panic!("{error:?}"))
}

/// The `reason` or `outcome` of each event of a client, as it comes.
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

// The page

thread_local! {
    /// A panic drops nothing here, and one test's clock must not be the next one's.
    static PANICS_RESTORE: () = {
        let report = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            restore_all();
            report(panic);
        }));
    };
}

pub fn page_storage(name: &str) -> web_sys::Storage {
    global(name).unchecked_into()
}

/// Something of the page that is changed until this is dropped.
#[derive(Debug)]
pub struct Patch(Function);

impl Patch {
    /// Gives a property another value.
    pub fn value(target: &JsValue, name: &str, value: impl Into<JsValue>) -> Patch {
        let descriptor = with("value", value);
        set(&descriptor, "writable", true);
        Patch::new(make_patch(target, name, &descriptor))
    }

    /// Gives a property another getter.
    pub fn getter(target: &JsValue, name: &str, get: &Function) -> Patch {
        Patch::new(make_patch(target, name, &with("get", get)))
    }

    fn new(restore: Function) -> Patch {
        PANICS_RESTORE.with(|()| {});
        Patch(restore)
    }
}

impl Drop for Patch {
    fn drop(&mut self) {
        let _ = self.0.call0(&NONE);
    }
}

/// Counts the calls of a method.
#[derive(Debug)]
pub struct Spy {
    counter: JsValue,
    _patch: Patch,
}

impl Spy {
    pub fn on(target: &JsValue, name: &str) -> Spy {
        let counter = Object::new().into();
        let patch = Patch::new(make_spy(target, name, &counter));
        Spy { counter, _patch: patch }
    }

    pub fn on_global(name: &str) -> Spy {
        Spy::on(&js_sys::global(), name)
    }

    pub fn calls(&self) -> f64 {
        number(&self.counter, "calls")
    }
}

/// Both clocks of the page, stopped: they move when they are told to.
#[derive(Debug)]
pub struct Clock {
    ahead: std::rc::Rc<Cell<f64>>,
    _patches: [Patch; 2],
}

impl Clock {
    /// Stops the clocks at a whole second.
    pub fn stop() -> Clock {
        let ahead = std::rc::Rc::new(Cell::new(0.0));
        let (performance, date) = (global("performance"), global("Date"));
        let reading = |start: f64| {
            let ahead = std::rc::Rc::clone(&ahead);
            source(move || JsValue::from(start + ahead.get()))
        };
        let mono = call(&performance, "now", &[]).expect("a reading").as_f64().expect("a number");
        let wall = (js_sys::Date::now() / 1000.0).floor() * 1000.0;
        let patches =
            [Patch::value(&performance, "now", reading(mono)), Patch::value(&date, "now", reading(wall))];
        Clock { ahead, _patches: patches }
    }

    pub fn go_on(&self, seconds: f64) {
        self.ahead.set(self.ahead.get() + seconds * 1000.0);
    }
}

/// Tells the page that it is shown, so that clients look at the clock.
pub fn show_page() {
    dispatch(&js_sys::global(), "pageshow");
}

pub fn dispatch(target: &JsValue, kind: &str) {
    call(target, "dispatchEvent", &[construct("Event", &[kind.into()])]).expect("an event target");
}
