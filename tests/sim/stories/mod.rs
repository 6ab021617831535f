//! Short named stories: each plays one promise of the client.

mod adoption;
mod clocks;
mod days;
mod exchanges;
mod guests;
mod leases;
mod refresh_token_lifetime;
mod refusal;
mod refused_writes;
mod rejection;
mod sign_in;
mod sign_out;
mod storage;
mod tabs;
mod unauthorized;
