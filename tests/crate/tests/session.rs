//! Runs in a headless browser, against the embedded storefront that `.ci/test.js` starts.
#![cfg(target_family = "wasm")]

use js_sys::Reflect;
use shop::{client, get, sign_in};
use storefront_token_client::web::client::TokenClient;
use storefront_token_client::web::to_js::TokenError;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

// A page has no environment variables, so they are compiled in.
const TOKEN_ENDPOINT: &str = env!("SHOP_TOKEN_ENDPOINT");
const CLIENT_ID: &str = env!("SHOP_CLIENT_ID");
const API: &str = env!("SHOP_API");
const USERNAME: &str = env!("SHOP_USERNAME");
const PASSWORD: &str = env!("SHOP_PASSWORD");

#[wasm_bindgen_test]
async fn the_first_request_creates_a_guest_who_then_signs_in() {
    let client = client(TOKEN_ENDPOINT, CLIENT_ID).unwrap();
    assert_eq!(get(&client, API).await.unwrap().status(), 200);
    assert_eq!(subject(&client), "guest");
    sign_in(&client, USERNAME, PASSWORD).await.unwrap();
    assert_eq!(get(&client, API).await.unwrap().status(), 200);
    assert_eq!(subject(&client), "user");
    JsFuture::from(client.sign_out(&JsValue::UNDEFINED)).await.unwrap();
}

#[wasm_bindgen_test]
async fn a_wrong_password_is_an_error_with_a_code_and_leaves_the_guest() {
    let client = client(TOKEN_ENDPOINT, CLIENT_ID).unwrap();
    get(&client, API).await.unwrap();
    let error = sign_in(&client, USERNAME, "not it").await.unwrap_err();
    assert!(error.is_instance_of::<TokenError>());
    assert_eq!(member(&error, "code"), "invalid_credentials");
    assert_eq!(subject(&client), "guest");
}

#[wasm_bindgen_test]
fn an_option_that_cannot_be_used_is_an_error_that_names_it() {
    let error = client("http://shop.example/oauth2-token", CLIENT_ID).unwrap_err();
    assert_eq!(member(&error, "message"), "Invalid option: tokenEndpoint must use https");
}

fn subject(client: &TokenClient) -> String {
    member(&client.session(), "subject")
}

fn member(of: &JsValue, name: &str) -> String {
    Reflect::get(of, &name.into()).unwrap().as_string().unwrap()
}
