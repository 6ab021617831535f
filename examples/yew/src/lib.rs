//! A shop's page: who is signed in, a form to sign in, and what the shop's API says.
#![cfg(target_family = "wasm")]

mod session;
mod sign_in_form;

use session::use_session;
use sign_in_form::SignInForm;
use storefront_token_client::{ClientOptions, Session, TokenClient, TokenError};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use yew::prelude::*;

/// The client of the page, which makes a guest of every new shopper. A page has one, from its start on.
pub fn client(token_endpoint: &str, client_id: &str) -> Result<TokenClient, TokenError> {
    let options = ClientOptions::new(token_endpoint);
    options.set_server("oro");
    options.set_client_id(client_id);
    options.set_guest(true);
    TokenClient::new(&options)
}

#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    pub client: TokenClient,
    /// The address of the shop's API.
    pub api: AttrValue,
}

#[component]
pub fn Page(Props { client, api }: &Props) -> Html {
    let session = use_session(client);
    let account = use_state(String::new);
    let load = {
        let (client, api, account) = (client.clone(), api.clone(), account.setter());
        move |_: MouseEvent| {
            let (client, api, account) = (client.clone(), api.clone(), account.clone());
            spawn_local(async move { account.set(text(&client, &api).await.unwrap_or_else(message)) });
        }
    };
    let sign_out = {
        let client = client.clone();
        move |_: MouseEvent| spawn_local(discard(client.sign_out()))
    };
    html! {
        <main>
            <p id="session">{ session.as_ref().map_or("nobody".into(), Session::subject) }</p>
            <SignInForm client={client.clone()} />
            <button id="sign-out" onclick={sign_out}>{ "Sign out" }</button>
            <button id="load" onclick={load}>{ "Load my account" }</button>
            <output id="account">{ &*account }</output>
        </main>
    }
}

/// The API's text for this shopper.
async fn text(client: &TokenClient, url: &str) -> Result<String, JsValue> {
    let text = JsFuture::from(client.get(url).await?.text()?).await?;
    Ok(text.as_string().unwrap_or_default())
}

/// The error as a sentence for the shopper.
fn message(error: JsValue) -> String {
    error.dyn_ref::<js_sys::Error>().map_or("This failed.".into(), |error| error.message().into())
}

/// The page shows the session, whether or not the server could revoke its token.
async fn discard<T>(result: impl Future<Output = Result<(), T>>) {
    let _ = result.await;
}
