//! RFC 6749, RFC 6750 and RFC 7009 as tables: the requests, and the verdicts on the responses.
#![cfg(not(target_family = "wasm"))]

mod authentication;
mod dialects;
mod more_servers;
mod page;
mod profiles;
mod refusals;
mod requests;
mod server_profiles;
mod servers;
mod verdicts;
