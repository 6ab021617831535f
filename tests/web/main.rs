//! `src/web` in a real browser: one module here for each file there, and some for what only all of
//! them together can promise.
#![cfg(target_family = "wasm")]

mod support;

mod bearer;
mod client;
mod dialects;
mod events;
mod fetch;
mod json;
mod lifetimes;
mod options;
mod pending;
mod privacy;
mod signals;
mod storage;
mod timer;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
