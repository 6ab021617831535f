//! OAuth 2.0 sessions for storefronts: signs a shopper in, as a user or as a guest, keeps the access token
//! valid as long as the page needs one, and never drops a session that the server has not rejected.
//!
//! # Layout
//!
//! - [`core`] makes all decisions, without I/O. Start at [`core::session::Session`].
//! - `web`, for wasm only, carries out the effects of the core and reports events to it. Start at
//!   `web::driver::Driver`.
//! - `src/js` has the rest of the npm package: its entries and their types, and the front, which loads the core and
//!   answers the calls that need no decision.
//!
//! # From Rust
//!
//! A page or a Worker that is written in Rust uses `TokenClient`, whose options, sessions and errors have types too.
//! The repository has a page in yew and a Worker in its folder `examples`. Any other program is a host of its own, as
//! in the example of [`core`].
//!
//! The feature `allocator`, off by default, sets a small global allocator on wasm, which overwrites what is
//! freed. The npm package is built with it. It is for a module that holds nothing but clients: it searches a list
//! of its free blocks, which takes long in an application with many objects.
//!
//! The feature `recorder`, off by default, adds the module `recorder`: it records what the core takes in and decides,
//! without secrets, and replays it. The npm entry `storefront-token-client/recorder` is built with it.
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
#[cfg(feature = "recorder")]
pub mod recorder;

#[cfg(target_family = "wasm")]
pub mod web;

#[cfg(target_family = "wasm")]
#[doc(inline)]
pub use web::{
    client::TokenClient,
    subscription::Subscription,
    to_js::TokenError,
    token_storage::TokenStorage,
    types::{ClientOptions, Credentials, Session, SessionChange, TokenRefresh},
};
