//! The core in a simulated world: random lives against laws, and short named stories.
//!
//! Both are needed. Lives find what nobody thought of; stories say what a reader wants to know.
#![cfg(not(target_family = "wasm"))]

mod browser;
mod chance;
mod clock;
mod disk;
mod hunt;
mod laws;
mod life;
mod lives;
mod model;
mod page;
mod replies;
mod requests;
mod server;
mod stories;
mod tally;
mod wire;
mod world;
