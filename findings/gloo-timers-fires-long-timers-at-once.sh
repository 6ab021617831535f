#!/usr/bin/env bash
# gloo-timers takes a Duration or u32 milliseconds, and hands them on as i32: a timer of 25 to 49 days fires at once. A
# refresh that waits for the end of a 30-day token is then sent in an endless loop. Needs Rust with the target
# wasm32-unknown-unknown, node, and wasm-bindgen 0.2.130 on PATH; `npm test` installs that in .tools/bin.
set -euo pipefail
export PATH="$(cd "$(dirname "$0")/.." && pwd)/.tools/bin:$PATH"
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
mkdir src
cat > Cargo.toml <<'TOML'
[package]
name = "check"
version = "1.0.0"
edition = "2024"

[lib]
crate-type = ["cdylib"]

[dependencies]
gloo-timers = { version = "=0.4.0", features = ["futures"] }
wasm-bindgen = "=0.2.130"
wasm-bindgen-futures = "0.4"
TOML
cat > src/lib.rs <<'RUST'
use std::time::Duration;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
pub async fn sleep(days: u32) {
    gloo_timers::future::sleep(Duration::from_secs(u64::from(days) * 24 * 60 * 60)).await;
}
RUST
cargo build --quiet --target wasm32-unknown-unknown
wasm-bindgen --target nodejs --out-dir out target/wasm32-unknown-unknown/debug/check.wasm
cat > check.js <<'JS'
const { sleep } = require("./out/check.js");
const days = [24, 25, 30, 49];
const second = () => new Promise((resolve) => setTimeout(resolve, 1000, "waits"));
const state = (day) => Promise.race([sleep(day).then(() => "has fired within a second"), second()]);
Promise.all(days.map(state)).then((states) => {
  console.log("gloo-timers 0.4.0");
  days.forEach((day, index) => console.log(`a timer of ${day} days ${states[index]}`));
  const [first, ...rest] = states;
  process.exit(first === "waits" && !rest.includes("waits") ? 0 : 1);
});
JS
node check.js
