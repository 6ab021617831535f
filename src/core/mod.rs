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
//! | `Reading` | the storage | `Ready`; `AskingPeers` if there is nothing |
//! | `AskingPeers` | siblings, a moment | `Ready`, with their session or with none |
//! | `Ready` | something to send | `Locking`; `Reading` when the page is shown again |
//! | `Locking` | the lock, and the record read under it | `Exchanging`; `Ready` if a sibling was faster |
//! | `Exchanging` | the answer | `Storing`; `Ready` if it failed; `ConfirmingRejection` if the token is dead |
//! | `Storing` | the write | `Ready`, and only now the tokens are anybody's |
//! | `ConfirmingRejection` | the storage and the siblings, a moment | `Ready`, with their successor or without a session |
//!
//! A lock is held from `Locking` to the end of `Storing`, and let go of on leaving them. What other
//! pages say is heard in every phase, and held against what is here ([`message`]).
//!
//! Every call is answered from what is there, in any phase; what cannot be answered waits, and
//! the waiting calls are what makes the machine move ([`call`]). A sign-out goes to `Ready` from
//! everywhere.
//!
//! # Example
//!
//! A host that carries out the effects by hand, for a visitor's first token:
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
//!     guest: Guest::Own,
//!     ..Options::new(endpoint)
//! })
//! .unwrap();
//! let mut session = Session::new(config, 42);
//! let now = Now { mono: Timestamp::from_f64(0.0), wall: WallTime::from_f64(1.8e12) };
//!
//! // A call has the storage read. There is nothing in it, under the lock neither: a visitor is signed in.
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
//! // The tokens are stored before they are anybody's.
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
//! // Nothing to do until shortly before the token's life ends.
//! assert!(session.next_wakeup() > Some(Timestamp::from_f64(3_500_000.0)));
//! ```
#![forbid(unsafe_code)]

pub mod call;
pub mod config;
pub mod error;
pub mod event;
pub mod grant;
pub mod ids;
pub mod io;
pub mod members;
pub mod message;
mod random;
pub mod record;
pub mod response;
pub mod server;
pub mod session;
mod text;
pub mod time;
pub mod token;
