//! Short named stories: each says one thing that the client promises, and plays it.

mod clocks;
mod death;
mod exchanges;
mod hours;
mod refused;
mod sign_in;
mod sign_out;
mod storage;
mod tabs;
mod visitors;
