//! Short named stories: each says one thing that the client promises, and plays it.

mod clocks;
mod days;
mod exchanges;
mod guests;
mod rejection;
mod sign_in;
mod sign_out;
mod storage;
mod tabs;
mod unauthorized;
