//! The session, for components.

use storefront_token_client::{Session, TokenClient};
use yew::prelude::*;

/// The client's session. The component is rendered again when it changes.
#[hook]
pub fn use_session(client: &TokenClient) -> Option<Session> {
    let session = use_state(|| client.session());
    let set = session.setter();
    use_effect_with(client.clone(), move |client| {
        // It may have changed since the component was rendered.
        set.set(client.session());
        let subscription = client.on_session_change(move |change| set.set(change.session()));
        move || drop(subscription)
    });
    (*session).clone()
}
