//! The features that the host is missing: the public member `lacks`.

use js_sys::Array;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/web/missing-features.js")]
extern "C" {
    /// The names of the features.
    #[derive(Debug)]
    #[wasm_bindgen(js_name = missingFeatures)]
    pub type MissingFeatures;

    /// The names; the same array until it changes.
    #[wasm_bindgen(method)]
    pub fn names(this: &MissingFeatures) -> Array;

    /// Adds or removes a feature that was not missing at the start.
    #[wasm_bindgen(method)]
    pub fn set(this: &MissingFeatures, name: &str, is_missing: bool);
}
