//! The web: carries out what the core asks for, and reports what happened. It decides nothing.
//!
//! ```text
//!  exported ──▶ driver ──▶ fetch · storage · lock · peers · timer · clock · events · host
//!  client   ──▶   │  └───▶ front_api: what the core has decided, for the front to repeat
//!                 ▼
//!               core
//! ```
//!
//! JavaScript calls `exported`. A program in Rust calls `client`, and has no front.
//!
//! No borrow is alive while JavaScript may run, so that JavaScript may call any method at any time.

#[cfg(feature = "allocator")]
mod allocator;
pub mod bearer;
pub mod client;
pub mod clock;
pub mod driver;
pub mod events;
pub mod exported;
pub mod fetch;
pub mod front_api;
pub mod host;
pub mod in_flight;
pub mod json;
pub mod last_session;
pub mod lock;
pub mod missing_features;
mod modules;
pub mod options;
pub mod peers;
pub mod pending;
pub mod published;
pub mod storage;
pub mod subscription;
pub mod task;
pub mod timer;
pub mod to_js;
pub mod token_storage;
pub mod types;
