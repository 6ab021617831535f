//! The part of a shop's front end in Rust that needs tokens.
#![cfg(target_family = "wasm")]

use js_sys::{Object, Promise, Reflect};
use storefront_token_client::web::client::TokenClient;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::Response;

/// The client of a page of the shop, which makes a guest of every new shopper.
pub fn client(token_endpoint: &str, client_id: &str) -> Result<TokenClient, JsValue> {
    let options = Object::new();
    for (name, value) in [("tokenEndpoint", token_endpoint), ("server", "oro"), ("clientId", client_id)] {
        Reflect::set(&options, &name.into(), &value.into())?;
    }
    Reflect::set(&options, &"guest".into(), &JsValue::TRUE)?;
    TokenClient::new(&options)
}

/// The response of the shop's API to the session's guest or user.
pub async fn get(client: &TokenClient, url: &str) -> Result<Response, JsValue> {
    let response = client.fetch().call1(&JsValue::UNDEFINED, &url.into())?;
    settled(response.into()).await?.dyn_into()
}

/// Signs a user in.
pub async fn sign_in(client: &TokenClient, username: &str, password: &str) -> Result<JsValue, JsValue> {
    let credentials = Object::new();
    Reflect::set(&credentials, &"username".into(), &username.into())?;
    Reflect::set(&credentials, &"password".into(), &password.into())?;
    settled(client.sign_in(&credentials, &JsValue::UNDEFINED)).await
}

async fn settled(promise: Promise) -> Result<JsValue, JsValue> {
    JsFuture::from(promise).await
}
