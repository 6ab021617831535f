//! RFC 6749, RFC 6750 and RFC 7009 as tables: the bytes that go out, the verdicts on what comes in.
#![cfg(not(target_family = "wasm"))]

mod dialects;
mod profiles;
mod requests;
mod servers;
mod verdicts;
