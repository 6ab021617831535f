//! The core makes all decisions, and does nothing else: it has no JavaScript, no clock, no I/O, no `async`,
//! and no randomness but its seed.
//!
//! A host reports each event, with the time, to [`session::Session::handle`], and carries out the effects
//! that this returns. At [`session::Session::next_wakeup`] it reports that time has passed. The same inputs
//! at the same times with the same seed lead to the same effects.
//!
//! # Phases
//!
//! ```text
//! New ─▶ Reading ─▶ AskingPeers ─▶ Ready
//! Ready ─▶ AskingPeers
//! Ready ─▶ Locking ─▶ Exchanging ─▶ Storing ─▶ Ready
//! Ready ─▶ Claiming ─▶ Locking
//! Exchanging ─▶ ConfirmingRejection ─▶ Ready
//! ```
//!
//! | phase | waits for | next phase |
//! | --- | --- | --- |
//! | `New` | the first call | `Reading` |
//! | `Reading` | the storage, which is asked again if it hangs | `Ready`; `AskingPeers` if the storage is empty and another page may be there; `New` if the application's storage failed |
//! | `AskingPeers` | the peers that are there, for 10 s at most | `Ready`, with the session of a peer or with none |
//! | `Ready` | a grant that may be sent | `Locking`, or `Claiming` without locks; `AskingPeers` before the first guest if another page is there; `Reading` when the page is shown again |
//! | `Claiming` | 100 ms for objections of pages that are not in the register; and until each registered page has replied, 10 s at most. Each claim has a random number, and the lower one goes first: a page objects if its own claim has the lower number, or if it is exchanging | `Locking`; `Ready` if a peer was faster |
//! | `Locking` | the lock, and the record read under it | `Exchanging`; `Storing` if a call adopts tokens; `Ready` if a peer was faster, or if the browser refuses locks; `Reading` if the storage does not grant the lock because the record has changed; without locks, `Claiming` again if a peer objects late |
//! | `Exchanging` | the response | `Storing`; `ConfirmingRejection` if the refresh token was rejected; `Ready` if the exchange failed; `Exchanging` once more if another way to authenticate the client may help |
//! | `Storing` | the write | `Ready`, and only now are the new tokens used; `Reading` if the storage refused the write |
//! | `ConfirmingRejection` | the storage, and the peers that are there, for 10 s at most | `Ready`, with a newer token set or without a session |
//!
//! A host may have a register of the open pages of the origin, which says which peers are there
//! ([`io::Input::Peers`]). A page that is alone in it waits for nobody. A page without a register waits 100 ms for its
//! peers. Before it gives a session up, it waits 5 s if it has heard of peers.
//!
//! The lock is requested at the start of `Locking` and released at the end of `Storing`. A page takes
//! messages of peers in during every phase. A sign-out waits until the storage was read; then it leads to `Ready`
//! from every phase. When the page is shown again, `AskingPeers`, `Claiming` and `Locking` lead to `Reading`
//! too; when it is hidden, `Claiming` and `Locking` lead to `Ready`.
//!
//! A call gets its reply in any phase, as soon as the session that is held can satisfy the call. Otherwise the call
//! waits. The session exchanges grants for waiting calls, and to refresh its token in the background.
//!
//! # Leases
//!
//! After each input, and in each record that it stores, the core says until when it would give the token out. Within
//! such a [`lease`], the JavaScript in front of the core answers calls by itself.
//!
//! # Example
//!
//! A host that carries out the effects by hand, for a guest's first token:
//!
//! ```
//! use storefront_token_client::core::call::{Command, Reply};
//! use storefront_token_client::core::config::{Config, Guest, Options, Url};
//! use storefront_token_client::core::ids::CallId;
//! use storefront_token_client::core::io::{Effect, Input, Loaded};
//! use storefront_token_client::core::members::{Members, Value};
//! use storefront_token_client::core::response::{Body, ExchangeResult, Response};
//! use storefront_token_client::core::session::Session;
//! use storefront_token_client::core::time::{Millis, Now, Timestamp, WallTime};
//!
//! let endpoint = Url {
//!     href: "https://shop.example/oauth2-token".into(),
//!     origin: "https://shop.example".into(),
//! };
//! let config = Config::new(Options {
//!     server: Some("oro".into()),
//!     client_id: Some("storefront".into()),
//!     guest: Guest::ByProfile,
//!     ..Options::new(endpoint)
//! })
//! .unwrap();
//! let mut session = Session::new(config, 42);
//! let now = Now { mono: Timestamp::from_f64(0.0), wall: WallTime::from_f64(1.8e12) };
//!
//! // A call makes the session read the storage. It is empty, also under the lock: a guest is created.
//! let command = Command::Token { min_validity: Millis::ZERO, force_refresh: false };
//! let effects = session.handle(now, Input::Call(CallId(1), command));
//! let [Effect::Load(read)] = effects[..] else { panic!("{effects:?}") };
//! let effects = session.handle(now, Input::Loaded(read, Loaded::Nothing));
//! let [Effect::Lock(read, _)] = effects[..] else { panic!("{effects:?}") };
//! let effects = session.handle(now, Input::Loaded(read, Loaded::Nothing));
//! let [Effect::Send(exchange, request)] = &effects[..] else { panic!("{effects:?}") };
//! assert_eq!(request.parameters.text("grant_type"), Some("password"));
//! assert_eq!(request.parameters.text("username"), Some("guest"));
//!
//! // The tokens are stored before a call gets them.
//! let mut body = Members::new();
//! for (name, text) in [("token_type", "Bearer"), ("access_token", "a1"), ("refresh_token", "r1")] {
//!     body.push(name, Value::Text(text.into()));
//! }
//! body.push("expires_in", Value::Number(3600.0));
//! let response = ExchangeResult::Response(Response::new(200, Body::Members(body)));
//! let effects = session.handle(now, Input::ExchangeEnded(*exchange, response));
//! let [Effect::Store(write, Some(_))] = &effects[..] else { panic!("{effects:?}") };
//! let effects = session.handle(now, Input::Stored(*write, true));
//! let token = effects.iter().find_map(|effect| match effect {
//!     Effect::Reply(CallId(1), Ok(Reply::Token(token, _))) => Some(token.expose()),
//!     _ => None,
//! });
//! assert_eq!(token, Some("a1"));
//!
//! // There is nothing to do until shortly before the token expires.
//! assert!(session.next_wakeup() > Some(Timestamp::from_f64(3_500_000.0)));
//! ```
#![forbid(unsafe_code)]

pub mod adoption;
pub mod call;
pub mod client_authentication;
pub mod config;
pub mod error;
pub mod event;
mod generation;
pub mod grant;
pub mod granted;
pub mod ids;
pub mod io;
pub mod lease;
pub mod members;
pub mod message;
mod message_number;
mod random;
mod random_bits;
pub mod record;
#[cfg(feature = "recorder")]
pub mod redaction;
pub mod response;
mod response_reader;
pub mod server;
pub mod session;
pub mod session_ids;
mod text;
pub mod time;
pub mod token;
pub mod verdict;
