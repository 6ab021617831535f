//! The core: it decides everything, and touches nothing.
//!
//! No JavaScript, no clock, no randomness but its seed, no `async`, no I/O. The host says what
//! happened, with the time, to [`session::Session::handle`], and carries out the effects that come
//! back; it comes again at [`session::Session::next_wakeup`]. The same inputs at the same times
//! with the same seed give the same effects.
//!
//! | phase | waits for | and then |
//! | --- | --- | --- |
//! | `New` | the first call | `Reading` |
//! | `Reading` | the storage | `Ready`; `Joining` if there is nothing |
//! | `Joining` | siblings, a moment | `Ready`, with their session or with none |
//! | `Ready` | something to send | `Locking`; `Reading` when the page is shown again |
//! | `Locking` | the lock, and the record read under it | `Exchanging`; `Ready` if a sibling was faster |
//! | `Exchanging` | the answer | `Storing`; `Ready` if it failed; `Doubting` if the token is dead |
//! | `Storing` | the write | `Ready`, and only now the tokens are anybody's |
//! | `Doubting` | the storage and the siblings, a moment | `Ready`, with their successor or without a session |
//!
//! A lock is held from `Locking` to the end of `Storing`, and let go of on leaving them. What other
//! pages say is heard in every phase, and held against what is here ([`message`]).
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
mod restore;
pub mod server;
pub mod session;
mod siblings;
mod sign_out;
pub mod time;
pub mod token;
mod turn;
mod wait;
