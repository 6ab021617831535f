//! Peers: the other pages of this origin that share the session.

use wasm_bindgen::prelude::*;

use super::json;
use super::missing_features::MissingFeatures;
use crate::core::members::Members;

#[wasm_bindgen(module = "/src/web/peers.js")]
extern "C" {
    /// The channel to all pages that use the same name.
    #[derive(Debug)]
    pub type Channel;

    fn peers(name: &str, receive: &JsValue, missing: &MissingFeatures) -> Channel;

    #[wasm_bindgen(method)]
    fn open(this: &Channel);

    #[wasm_bindgen(method)]
    fn close(this: &Channel);

    #[wasm_bindgen(method)]
    fn broadcast(this: &Channel, message: &JsValue);
}

/// The other pages. Dropping this closes the channel.
#[derive(Debug)]
pub struct Peers {
    channel: Channel,
    _receive: Closure<dyn Fn(JsValue)>,
}

impl Peers {
    /// Begins to receive. A message that is not an object is ignored.
    pub fn new(name: &str, receive: impl Fn(Members) + 'static, missing: &MissingFeatures) -> Peers {
        let receive = Closure::new(move |message: JsValue| {
            if let Some(members) = json::members(&message) {
                receive(members);
            }
        });
        let channel = peers(name, receive.as_ref(), missing);
        channel.open();
        Peers { channel, _receive: receive }
    }

    /// The channel.
    pub fn channel(&self) -> &Channel {
        &self.channel
    }

    /// Begins to receive again.
    pub fn open(&self) {
        self.channel.open();
    }

    /// Stops receiving. An open channel would keep the page out of the back/forward cache.
    pub fn close(&self) {
        self.channel.close();
    }

    /// Sends a message to all peers.
    pub fn broadcast(&self, message: &Members) {
        self.channel.broadcast(&json::pairs(message));
    }
}

impl Drop for Peers {
    fn drop(&mut self) {
        self.close();
    }
}
