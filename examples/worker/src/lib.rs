//! A shop's Worker. Each shopper has a Durable Object, which keeps the session, so that the tokens never reach the page.
#![cfg(target_family = "wasm")]

mod object_storage;
mod shopper;

use worker::{Context, Env, Request, Response, Result, Stub, event};

const COOKIE: &str = "__Host-shopper";

#[event(fetch)]
async fn fetch(request: Request, env: Env, _: Context) -> Result<Response> {
    let namespace = env.durable_object("SHOPPERS")?;
    // Nobody can guess an identifier, and `id_from_string` refuses one that this namespace did not make.
    let known = shopper_of(&request)?.and_then(|id| namespace.id_from_string(&id).ok());
    let id = known.map_or_else(|| namespace.unique_id(), Ok)?;
    let shopper: Stub = id.get_stub()?;
    let response = shopper.fetch_with_request(request).await?.cloned()?;
    response
        .headers()
        .set("set-cookie", &format!("{COOKIE}={id}; Path=/; Secure; HttpOnly; SameSite=Lax"))?;
    Ok(response)
}

/// The identifier in the request's cookie.
fn shopper_of(request: &Request) -> Result<Option<String>> {
    let cookies = request.headers().get("cookie")?.unwrap_or_default();
    let mut pairs = cookies.split("; ").filter_map(|pair| pair.split_once('='));
    Ok(pairs.find(|(name, _)| *name == COOKIE).map(|(_, value)| value.to_owned()))
}
