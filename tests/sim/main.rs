//! The core in a simulation: random scenarios against invariants, and short named stories.
//!
//! Random scenarios find cases that no person thought of. A story shows one promise to a reader.
#![cfg(not(target_family = "wasm"))]

mod api;
mod browser;
mod calls;
mod clock;
mod coverage;
mod dialect;
mod disk;
mod foreign;
mod front;
mod harness;
mod invariants;
mod page;
mod parse;
#[cfg(feature = "recorder")]
mod recordings;
mod rng;
mod runner;
mod scenario;
mod scenarios;
mod server;
mod stories;
mod timers;
