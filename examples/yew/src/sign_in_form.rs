//! The form to sign in.

use storefront_token_client::{Credentials, TokenClient};
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlInputElement;
use yew::prelude::*;

#[derive(Clone, PartialEq, Properties)]
pub struct Props {
    pub client: TokenClient,
}

#[component]
pub fn SignInForm(Props { client }: &Props) -> Html {
    let (username, password) = (use_node_ref(), use_node_ref());
    let problem = use_state(String::new);
    let submit = {
        let (client, username, password) = (client.clone(), username.clone(), password.clone());
        let problem = problem.setter();
        move |event: SubmitEvent| {
            event.prevent_default();
            let signing_in = client.sign_in(&Credentials::new(&value(&username), &value(&password)));
            let problem = problem.clone();
            spawn_local(async move {
                problem.set(signing_in.await.err().map_or_else(String::new, |error| error.message().into()));
            });
        }
    };
    html! {
        <form onsubmit={submit}>
            <input id="username" ref={username} autocomplete="username" />
            <input id="password" ref={password} type="password" autocomplete="current-password" />
            <button id="sign-in">{ "Sign in" }</button>
            <p id="problem" role="alert">{ &*problem }</p>
        </form>
    }
}

fn value(input: &NodeRef) -> String {
    input.cast::<HtmlInputElement>().map(|input| input.value()).unwrap_or_default()
}
