//! The lock that one page of a session holds at a time.

use js_sys::{Array, Function, Promise};
use wasm_bindgen::prelude::*;

use super::peers::{Channel, Peers};

#[wasm_bindgen(module = "/src/web/lock.js")]
extern "C" {
    #[wasm_bindgen(catch, js_name = requestLock)]
    fn request_lock(
        name: &str,
        storage: &JsValue,
        uses_web_locks: bool,
        peers: Option<&Channel>,
    ) -> Result<Option<Array>, JsValue>;
}

/// Requests a lock. Returns a promise that tells when it is acquired, and a function that releases
/// it; nothing where there is neither a lock nor a peer, or a storage throws when its `withLock` is read.
pub fn request(
    name: &str,
    storage: &JsValue,
    uses_web_locks: bool,
    peers: Option<&Peers>,
) -> Option<(Promise, Function)> {
    let requested = request_lock(name, storage, uses_web_locks, peers.map(Peers::channel)).ok()??;
    Some((requested.get(0).unchecked_into(), requested.get(1).unchecked_into()))
}
