//! The core: it decides everything, and touches nothing.
//!
//! No JavaScript, no clock, no randomness but its seed, no `async`, no I/O. The host says what
//! happened, with the time, to [`session::Session::handle`], and carries out the effects that come
//! back; it comes again at [`session::Session::next_wakeup`]. The same inputs at the same times
//! with the same seed give the same effects.
//!
//! ```text
//!        first call          read            grant sent         granted
//!  New ────────────▶ Restoring ────▶ Ready ────────────▶ Exchanging ────▶ Storing
//!   ▲                    │             ▲  ▲     failed, or    │             │
//!   └────────────────────┘             │  └──── dead, or cut ─┘             │
//!     unreadable for now               └────────────── written ─────────────┘
//! ```
//!
//! Every call is answered from what is there, in any phase; what cannot be answered waits, and
//! the waiting calls are what makes the machine move ([`call`]). A sign-out goes to `Ready` from
//! everywhere.
#![forbid(unsafe_code)]

pub mod answer;
pub mod call;
pub mod config;
mod death;
mod desk;
pub mod error;
pub mod event;
mod exchange;
pub mod grant;
pub mod members;
pub mod message;
pub mod pace;
pub mod record;
pub mod server;
pub mod session;
mod siblings;
pub mod time;
pub mod token;
mod turn;
mod wait;
