#!/usr/bin/env bash
# serde-wasm-bindgen reads no u64 from a JavaScript number beyond 2^53, and writes none. WSO2 sends 9223372036854775807 as
# `expires_in` of a token that never expires, so a response with such a member is refused as a whole; serde_json reads it.
# Needs Rust with the target wasm32-unknown-unknown, node, and wasm-bindgen 0.2.130 on PATH; `npm test` installs that in
# .tools/bin.
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
serde = { version = "=1.0.229", features = ["derive"] }
serde-wasm-bindgen = "=0.6.5"
serde_json = "=1.0.154"
wasm-bindgen = "=0.2.130"
TOML
cat > src/lib.rs <<'RUST'
use wasm_bindgen::prelude::*;

#[derive(serde::Deserialize)]
struct Tokens {
    expires_in: u64,
}

#[wasm_bindgen]
pub fn read(response: JsValue) -> Result<String, String> {
    let tokens = serde_wasm_bindgen::from_value::<Tokens>(response);
    tokens.map(|tokens| tokens.expires_in.to_string()).map_err(|error| error.to_string())
}

#[wasm_bindgen]
pub fn read_text(response: &str) -> Result<String, String> {
    let tokens = serde_json::from_str::<Tokens>(response);
    tokens.map(|tokens| tokens.expires_in.to_string()).map_err(|error| error.to_string())
}

#[wasm_bindgen]
pub fn write(number: &str) -> Result<JsValue, String> {
    let number: u64 = number.parse().map_err(|_| "no number")?;
    serde_wasm_bindgen::to_value(&number).map_err(|error| error.to_string())
}
RUST
cargo build --quiet --release --target wasm32-unknown-unknown
wasm-bindgen --target nodejs --out-dir pkg target/wasm32-unknown-unknown/release/check.wasm
cat > check.js <<'JS'
const { read, read_text, write } = require("./pkg/check.js");
const attempt = (task) => {
  try {
    return String(task());
  } catch (error) {
    return `refused: ${error}`;
  }
};
const found = [];
for (const text of ["9007199254740991", "9223372036854775807"]) {
  const response = `{"expires_in":${text}}`;
  const row = [attempt(() => read(JSON.parse(response))), attempt(() => read_text(response)), attempt(() => write(text))];
  console.log(`${text}: read from a value: ${row[0]}; from its text: ${row[1]}; written: ${row[2]}`);
  found.push(...row.map((each) => each === text));
}
if (found.join() !== "true,true,true,false,true,false") throw new Error(`the behaviour has changed: ${found}`);
JS
node check.js
