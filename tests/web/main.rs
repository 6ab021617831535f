//! `src/web` in a real browser: one module here for each file there, and some for promises of all of
//! them together.
#![cfg(target_family = "wasm")]

mod support;
mod values;

mod bearer;
mod client;
mod dialects;
mod disposal;
mod events;
mod fetch;
mod front;
mod json;
mod lifetimes;
mod listeners;
mod options;
mod page;
mod pending;
mod privacy;
mod replays;
mod responses;
mod signals;
mod storage;
mod timer;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
