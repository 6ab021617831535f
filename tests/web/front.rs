//! The modules of src/js that stand in front of the core. wasm-bindgen copies a module only if Rust names it.

use js_sys::Function;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/js/token-client.js")]
extern "C" {
    #[wasm_bindgen(js_name = TokenClient)]
    type PublicClient;
    #[wasm_bindgen(constructor, catch, js_class = TokenClient)]
    fn new(options: &JsValue) -> Result<PublicClient, JsValue>;
}

#[wasm_bindgen(module = "/src/js/core-connection.js")]
extern "C" {
    #[wasm_bindgen(js_name = setLoader)]
    pub fn set_loader(load: &Function);
}

#[wasm_bindgen(module = "/src/js/calls.js")]
#[expect(dead_code, reason = "imported by front.js, and has constants only")]
extern "C" {
    #[wasm_bindgen(thread_local_v2, js_name = SESSION)]
    static SESSION: JsValue;
}

#[wasm_bindgen(module = "/src/js/front.js")]
#[expect(dead_code, reason = "imported by token-client.js")]
extern "C" {
    #[wasm_bindgen(js_name = createFront)]
    fn create_front();
}

#[wasm_bindgen(module = "/src/js/retry.js")]
#[expect(dead_code, reason = "imported by core-connection.js")]
extern "C" {
    #[wasm_bindgen(js_name = whenIdle)]
    fn when_idle();
}

#[wasm_bindgen(module = "/src/js/waiting-call.js")]
#[expect(dead_code, reason = "imported by core-connection.js")]
extern "C" {
    #[wasm_bindgen(js_name = waitingCall)]
    fn waiting_call();
}

#[wasm_bindgen(module = "/src/js/lease.js")]
#[expect(dead_code, reason = "imported by front.js")]
extern "C" {
    #[wasm_bindgen(js_name = isWithin)]
    fn is_within();
}

#[wasm_bindgen(module = "/src/js/stored-record.js")]
#[expect(dead_code, reason = "imported by front.js")]
extern "C" {
    #[wasm_bindgen(js_name = storedRecord)]
    fn stored_record();
}

#[wasm_bindgen(module = "/src/js/refusals.js")]
#[expect(dead_code, reason = "imported by front.js")]
extern "C" {
    fn refusal();
}

pub fn construct_front(options: &JsValue) -> Result<JsValue, JsValue> {
    PublicClient::new(options).map(JsValue::from)
}
