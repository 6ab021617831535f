//! The host's two clocks and its random numbers.

use wasm_bindgen::prelude::*;

use super::host;
use crate::core::time::{Now, Timestamp, WallTime};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn performance_now() -> f64;
}

/// Reads both clocks.
pub fn now() -> Now {
    Now { mono: Timestamp::from_f64(performance_now()), wall: WallTime::from_f64(js_sys::Date::now()) }
}

/// 64 random bits. A Worker allows this only while it serves a request.
pub fn seed() -> u64 {
    u64::from(host::random()) << 32 | u64::from(host::random())
}
