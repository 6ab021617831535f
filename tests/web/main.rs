//! `src/web` in a real browser: one module for each subject.
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
