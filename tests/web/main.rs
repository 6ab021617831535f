//! `src/web` in a real browser: one module here for each file there, and some for what only all of
//! them together can promise.
#![cfg(target_family = "wasm")]

#[allow(dead_code, reason = "not every module needs all of it")]
mod support;

mod fetch;
mod json;
mod timer;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
