//! The other pages of this origin: what they say, and the lock that one of them holds at a time.

use js_sys::{Array, Function, Promise};
use wasm_bindgen::prelude::*;

use super::json;
use crate::core::members::Members;

#[wasm_bindgen(module = "/src/web/siblings.js")]
extern "C" {
    /// The pages that have the same name for what they share.
    #[derive(Debug)]
    type Channel;

    fn siblings(name: &str, heard: &JsValue) -> Channel;

    #[wasm_bindgen(method)]
    fn open(this: &Channel);

    #[wasm_bindgen(method)]
    fn close(this: &Channel);

    #[wasm_bindgen(method)]
    fn tell(this: &Channel, message: &JsValue);

    fn lock(name: &str, storage: &JsValue, locks: bool, siblings: Option<&Channel>) -> Option<Array>;
}

/// The other pages, as long as they are listened to.
#[derive(Debug)]
pub struct Siblings {
    channel: Channel,
    _heard: Closure<dyn Fn(JsValue)>,
}

impl Siblings {
    /// Begins to listen. What is no object is not heard.
    pub fn new(name: &str, heard: impl Fn(Members) + 'static) -> Siblings {
        let heard = Closure::new(move |message: JsValue| {
            if let Some(members) = json::members(&message) {
                heard(members);
            }
        });
        let channel = siblings(name, heard.as_ref());
        channel.open();
        Siblings { channel, _heard: heard }
    }

    /// Listens, or does not: a page that is put aside must not.
    pub fn listen(&self, listen: bool) {
        if listen {
            self.channel.open();
        } else {
            self.channel.close();
        }
    }

    /// Says something to all of them.
    pub fn tell(&self, message: &Members) {
        self.channel.tell(&json::pairs(message));
    }
}

impl Drop for Siblings {
    fn drop(&mut self) {
        self.channel.close();
    }
}

/// Asks for a lock: gives what tells that it is held, and what lets go of it. Nothing where there
/// is none, and nobody to keep apart.
pub fn ask_for_lock(
    name: &str,
    storage: &JsValue,
    locks: bool,
    siblings: Option<&Siblings>,
) -> Option<(Promise, Function)> {
    let asked = lock(name, storage, locks, siblings.map(|siblings| &siblings.channel))?;
    Some((asked.get(0).unchecked_into(), asked.get(1).unchecked_into()))
}
