//! Peers: the other pages of this origin that share the session.

use js_sys::Array;
use wasm_bindgen::prelude::*;

use super::front_api::Presence;
use super::json;
use super::missing_features::MissingFeatures;
use crate::core::ids::PageId;
use crate::core::members::Members;

#[wasm_bindgen(module = "/src/web/peers.js")]
extern "C" {
    /// The channel to all pages that use the same name.
    #[derive(Debug)]
    pub type Channel;

    fn peers(
        name: &str,
        presence: &Presence,
        receive: &JsValue,
        report: &JsValue,
        missing: &MissingFeatures,
    ) -> Channel;

    #[wasm_bindgen(method)]
    fn open(this: &Channel);

    #[wasm_bindgen(method)]
    fn close(this: &Channel);

    #[wasm_bindgen(method, js_name = registerAgain)]
    fn register_again(this: &Channel);

    #[wasm_bindgen(method)]
    fn others(this: &Channel) -> Option<Array>;

    #[wasm_bindgen(method)]
    fn forget(this: &Channel, page: &str);

    #[wasm_bindgen(method, js_name = releaseLocks)]
    fn release_locks(this: &Channel);

    #[wasm_bindgen(method)]
    fn broadcast(this: &Channel, message: &JsValue);
}

/// The other pages. Dropping this closes the channel.
#[derive(Debug)]
pub struct Peers {
    channel: Channel,
    _receive: Closure<dyn Fn(JsValue)>,
    _report: Closure<dyn Fn(Option<Array>, bool)>,
}

impl Peers {
    /// A channel that is not open yet. A message that is not an object is ignored. `report` gets the registered
    /// pages when the channel is opened, and when the register has changed; also whether the storages of the origin
    /// were cleared.
    pub fn new(
        (name, presence): (&str, &Presence),
        receive: impl Fn(Members) + 'static,
        report: impl Fn(Option<Vec<PageId>>, bool) + 'static,
        missing: &MissingFeatures,
    ) -> Peers {
        let receive = Closure::new(move |message: JsValue| {
            if let Some(members) = json::members(&message) {
                receive(members);
            }
        });
        let report = Closure::<dyn Fn(Option<Array>, bool)>::new(move |pages, is_cleared| {
            report(page_ids(pages), is_cleared);
        });
        let channel = peers(name, presence, receive.as_ref(), report.as_ref(), missing);
        Peers { channel, _receive: receive, _report: report }
    }

    /// The channel.
    pub fn channel(&self) -> &Channel {
        &self.channel
    }

    /// The registered pages; `None` if it is not known which pages are there.
    pub fn others(&self) -> Option<Vec<PageId>> {
        page_ids(self.channel.others())
    }

    /// Removes pages that do not reply from the register.
    pub fn forget(&self, pages: &[PageId]) {
        for page in pages {
            self.channel.forget(&page.0);
        }
    }

    /// Registers this page again if another page has removed its entry.
    pub fn register_again(&self) {
        self.channel.register_again();
    }

    /// Releases the locks that this page keeps without need.
    pub fn release_locks(&self) {
        self.channel.release_locks();
    }

    /// Begins to receive, and registers this page.
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

fn page_ids(pages: Option<Array>) -> Option<Vec<PageId>> {
    Some(pages?.iter().filter_map(|page| page.as_string()).map(PageId).collect())
}

impl Drop for Peers {
    fn drop(&mut self) {
        self.close();
    }
}
