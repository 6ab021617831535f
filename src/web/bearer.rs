//! What `fetch` with a bearer token needs to know: where the token may go, and the token.

use std::rc::Rc;

use js_sys::{Array, Function};
use wasm_bindgen::prelude::*;

use super::driver::Driver;
use super::outward;
use crate::core::call::{Ask, Ticket};
use crate::core::error::{Code, Error};
use crate::core::time::Millis;

#[wasm_bindgen(module = "/src/web/bearer.js")]
extern "C" {
    #[wasm_bindgen(js_name = bearerFetch)]
    fn make(refuse: JsValue, authorize: JsValue, own: Option<&Function>) -> Function;
}

type Asked = Closure<dyn Fn(JsValue, JsValue) -> JsValue>;

/// The `fetch` of one client.
pub fn bearer_fetch(driver: &Rc<Driver>) -> Function {
    let (checker, authorizer) = (Rc::clone(driver), Rc::clone(driver));
    let refuse: Asked = Closure::new(move |origin, _| refusal(&checker, &origin));
    let authorize: Asked = Closure::new(move |signal: JsValue, ticket| {
        authorizer.call(ask(&ticket), Some(signal.unchecked_ref()), outward::authorization).into()
    });
    make(refuse.into_js_value(), authorize.into_js_value(), driver.own_fetch())
}

/// Why the token may not go to an origin, if so.
fn refusal(driver: &Driver, origin: &JsValue) -> JsValue {
    let origin = origin.as_string().unwrap_or_default();
    match driver.allows(&origin) {
        true => JsValue::UNDEFINED,
        false => outward::error(&Error::because(Code::OriginNotAllowed, &origin)),
    }
}

fn ask(ticket: &JsValue) -> Ask {
    if ticket.is_undefined() {
        return Ask::Token { min_validity: Millis::ZERO, force_refresh: false };
    }
    let ticket: &Array = ticket.unchecked_ref();
    Ask::Replacement(Ticket::from_parts(
        ticket.get(0).as_f64().unwrap_or_default(),
        ticket.get(1).as_string(),
    ))
}
