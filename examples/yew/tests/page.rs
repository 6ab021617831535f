//! Runs in a headless browser, against the embedded storefront that `.ci/test.js` starts.
#![cfg(target_family = "wasm")]

use gloo_timers::future::TimeoutFuture;
use shop_page::{Page, Props, client};
use storefront_token_client::TokenClient;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{Element, HtmlElement, HtmlInputElement};
use yew::Renderer;

wasm_bindgen_test_configure!(run_in_browser);

// A page has no environment variables, so they are compiled in.
const TOKEN_ENDPOINT: &str = env!("SHOP_TOKEN_ENDPOINT");
const CLIENT_ID: &str = env!("SHOP_CLIENT_ID");
const API: &str = env!("SHOP_API");
const USERNAME: &str = env!("SHOP_USERNAME");
const PASSWORD: &str = env!("SHOP_PASSWORD");

#[wasm_bindgen_test]
async fn the_first_request_creates_a_guest_who_then_signs_in_and_out() {
    let shown = Shown::new().await;
    assert_eq!(shown.text("session"), "nobody");
    shown.click("load");
    shown.until("account", |text| text.contains("guest")).await;
    assert_eq!(shown.text("session"), "guest");

    shown.sign_in(PASSWORD);
    shown.until("session", |text| text == "user").await;
    shown.click("load");
    shown.until("account", |text| text.contains(USERNAME)).await;

    shown.click("sign-out");
    shown.until("session", |text| text == "nobody").await;
}

#[wasm_bindgen_test]
async fn a_wrong_password_shows_an_error_and_keeps_the_guest() {
    let shown = Shown::new().await;
    shown.client.sign_in_as_guest().await.unwrap();
    shown.sign_in("not it");
    shown.until("problem", |text| text == "Wrong user name or password").await;
    assert_eq!(shown.text("session"), "guest");
    shown.client.sign_out().await.unwrap();
}

#[wasm_bindgen_test]
fn the_error_for_an_unusable_option_names_it() {
    let error = client("http://shop.example/oauth2-token", CLIENT_ID).unwrap_err();
    assert_eq!(error.code(), "invalid_option");
    assert_eq!(error.message(), "Invalid option: tokenEndpoint must use https, or be on this machine");
}

/// A page that is shown.
struct Shown {
    client: TokenClient,
    root: Element,
}

impl Shown {
    async fn new() -> Shown {
        let document = web_sys::window().unwrap().document().unwrap();
        let root = document.create_element("div").unwrap();
        document.body().unwrap().append_child(&root).unwrap();
        let client = client(TOKEN_ENDPOINT, CLIENT_ID).unwrap();
        let props = Props { client: client.clone(), api: API.into() };
        Renderer::<Page>::with_root_and_props(root.clone(), props).render();
        let shown = Shown { client, root };
        let is_drawn = wait_for(|| shown.root.first_element_child().is_some()).await;
        assert!(is_drawn, "the page is not drawn");
        shown
    }

    fn element<T: JsCast>(&self, id: &str) -> T {
        let found = self.root.query_selector(&format!("#{id}")).unwrap();
        found.expect("an element with this id").dyn_into().unwrap()
    }

    fn text(&self, id: &str) -> String {
        self.element::<HtmlElement>(id).inner_text()
    }

    fn click(&self, id: &str) {
        self.element::<HtmlElement>(id).click();
    }

    fn sign_in(&self, password: &str) {
        self.element::<HtmlInputElement>("username").set_value(USERNAME);
        self.element::<HtmlInputElement>("password").set_value(password);
        self.click("sign-in");
    }

    /// Waits until this text is shown.
    async fn until(&self, id: &str, is_met: impl Fn(&str) -> bool) {
        let is_shown = wait_for(|| is_met(&self.text(id))).await;
        assert!(is_shown, "{id} shows {:?}", self.text(id));
    }
}

/// Waits until the condition is met, for ten seconds at most. Returns whether it is.
async fn wait_for(is_met: impl Fn() -> bool) -> bool {
    for _ in 0..1000 {
        if is_met() {
            return true;
        }
        TimeoutFuture::new(10).await;
    }
    is_met()
}

impl Drop for Shown {
    fn drop(&mut self) {
        self.client.dispose();
        self.root.remove();
    }
}
