//! The web: carries out what the core asks, and tells it what happened. It decides nothing.
//!
//! ```text
//!  client ──▶ driver ──▶ fetch · storage · timer · clock · events · host
//!  bearer ──▶   │
//!               ▼
//!             core
//! ```
//!
//! No borrow is alive while JavaScript may run, so that anything may be called from anywhere.

#[cfg(feature = "allocator")]
mod allocator;
pub mod bearer;
pub mod client;
pub mod clock;
pub mod driver;
pub mod events;
pub mod fetch;
pub mod host;
pub mod json;
pub mod options;
pub mod outward;
pub mod pending;
pub mod register;
pub mod siblings;
pub mod storage;
pub mod timer;
pub mod waiting;
