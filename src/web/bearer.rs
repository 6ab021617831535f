//! What `fetch` with a bearer token needs to know: where the token may go, and the token.

use std::rc::Rc;

use js_sys::{Array, Function, Promise};
use wasm_bindgen::prelude::*;
use web_sys::AbortSignal;

use super::driver::Driver;
use super::outward;
use crate::core::call::{Ask, Ticket};
use crate::core::error::{Code, Error};
use crate::core::time::Millis;

#[wasm_bindgen(module = "/src/web/bearer.js")]
extern "C" {
    #[wasm_bindgen(js_name = bearerFetch)]
    fn make(check: JsValue, authorize: JsValue, own: Option<&Function>) -> Function;
}

/// The `fetch` of one client.
pub fn bearer_fetch(driver: &Rc<Driver>) -> Function {
    let (checker, authorizer) = (Rc::clone(driver), Rc::clone(driver));
    let check = Closure::<dyn Fn(String) -> Result<(), JsValue>>::new(move |origin| check(&checker, origin));
    let authorize = Closure::<dyn Fn(AbortSignal, JsValue) -> Promise>::new(move |signal, ticket| {
        authorizer.call(ask(&ticket), Some(&signal)).promise(outward::authorization)
    });
    make(check.into_js_value(), authorize.into_js_value(), driver.own_fetch())
}

fn check(driver: &Driver, origin: String) -> Result<(), JsValue> {
    match driver.allows(&origin) {
        true => Ok(()),
        false => Err(outward::error(&Error::because(Code::OriginNotAllowed, origin))),
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
