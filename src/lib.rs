//! OAuth 2.0 sessions for storefronts: signs a shopper in, or in as a guest, keeps an access token
//! valid for as long as the page needs one, and never loses a session that the server would still
//! honour.
//!
//! # Layout
//!
//! - [`core`]: pure; decides everything. Start at [`core::session::Session`].
//! - `web`: compiled for wasm only; carries out what the core asks, and tells it what happened.
//!   Start at `web::client::TokenClient`.
//! - `src/js`: the loaders and the types of the npm package.
//!
//! # From Rust
//!
//! A page that is written in Rust makes a `web::client::TokenClient` of the same options, as a JavaScript
//! object, and waits for its promises with wasm-bindgen-futures: `tests/crate` in the repository does
//! so, under `wasm-pack test`. A program of another kind is a host itself, as in the example of [`core`].
//!
//! The feature `allocator`, on by default, sets a small global allocator on wasm: a crate that has its
//! own turns it off.
#![warn(missing_docs)]
#![cfg_attr(
    not(test),
    deny(
        clippy::as_conversions,
        clippy::await_holding_refcell_ref,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::unwrap_used,
        clippy::wildcard_enum_match_arm
    )
)]

pub mod core;

#[cfg(target_family = "wasm")]
pub mod web;
