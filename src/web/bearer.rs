//! `fetch` with a bearer token (RFC 6750 §2.1), and one replay of what was refused with 401.

use std::rc::Rc;

use js_sys::{Array, Function, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, future_to_promise};
use web_sys::{Request, Response};

use super::driver::Driver;
use super::{fetch, host, outward};
use crate::core::call::{Ask, Reply, Ticket};
use crate::core::error::{Code, Error};
use crate::core::time::Millis;
use crate::core::token::AccessToken;

/// The `fetch` of one client.
pub fn bearer_fetch(driver: &Rc<Driver>) -> Function {
    let driver = Rc::clone(driver);
    let fetch = Closure::<dyn Fn(JsValue, JsValue) -> Promise>::new(move |input, init| {
        let driver = Rc::clone(&driver);
        future_to_promise(async move { send(&driver, &input, &init).await.map(JsValue::from) })
    });
    fetch.into_js_value().unchecked_into()
}

async fn send(driver: &Driver, input: &JsValue, init: &JsValue) -> Result<Response, JsValue> {
    let request = request(input, init)?;
    check_origin(driver, &request)?;
    let (token, ticket) =
        token(driver, Ask::Token { min_validity: Millis::ZERO, force_refresh: false }, &request).await?;
    // The first attempt gets the copy: reading the body of the one leaves that of the other.
    let response = with_token(driver, &request.clone()?, &token).await?;
    if response.status() != 401 {
        return Ok(response);
    }
    match token_again(driver, ticket, &request).await? {
        Some(token) => {
            discard(&response);
            with_token(driver, &request, &token).await
        }
        None => Ok(response),
    }
}

/// The platform's own reading of the arguments, with its own errors.
fn request(input: &JsValue, init: &JsValue) -> Result<Request, JsValue> {
    let class: Function = host::global("Request").dyn_into()?;
    Reflect::construct(&class, &Array::of2(input, init)).map(JsCast::unchecked_into)
}

fn check_origin(driver: &Driver, request: &Request) -> Result<(), JsValue> {
    let origin = web_sys::Url::new(&request.url())?.origin();
    if driver.allows(&origin) {
        return Ok(());
    }
    Err(outward::error(&Error::because(Code::OriginNotAllowed, origin)))
}

async fn token(driver: &Driver, ask: Ask, request: &Request) -> Result<(AccessToken, Ticket), JsValue> {
    let signal = request.signal();
    match driver.call(ask, Some(&signal)).wait().await {
        Ok(Reply::Token(token, ticket)) => Ok((token, ticket)),
        // Never to an ask for a token.
        Ok(Reply::Session(_) | Reply::SignedOut) => Err(JsValue::UNDEFINED),
        // As the platform's `fetch` does.
        Err(error) if error.code == Code::Aborted => Err(host::get(&signal, "reason")),
        Err(error) => Err(outward::error(&error)),
    }
}

/// A token to replay with; none if the 401 is for the caller.
async fn token_again(
    driver: &Driver,
    ticket: Ticket,
    request: &Request,
) -> Result<Option<AccessToken>, JsValue> {
    match token(driver, Ask::Replacement(ticket), request).await {
        Ok((token, _)) => Ok(Some(token)),
        Err(reason) if request.signal().aborted() => Err(reason),
        Err(_) => Ok(None),
    }
}

async fn with_token(driver: &Driver, request: &Request, token: &AccessToken) -> Result<Response, JsValue> {
    request.headers().set("Authorization", &["Bearer ", token.expose()].concat())?;
    fetch::fetch(driver.own_fetch(), request, &JsValue::UNDEFINED).await
}

/// Lets go of an answer that nobody will read, so that its connection is free.
fn discard(response: &Response) {
    if let Some(body) = response.body() {
        let cancelled = JsFuture::from(body.cancel());
        wasm_bindgen_futures::spawn_local(async move { drop(cancelled.await) });
    }
}
