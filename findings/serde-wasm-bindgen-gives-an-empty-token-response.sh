#!/usr/bin/env bash
# serde-wasm-bindgen turns the token response of the crate oauth2 into a Map, and not into an object: `tokens.access_token` is
# undefined, and `JSON.stringify(tokens)`, with which a page stores its session, is "{}". The crate keeps unknown members in
# a field with `#[serde(flatten)]`, and serde serializes each struct with such a field as a map. Any other struct becomes an
# object, and serde_json makes an object of both. So a field that is flattened changes the type of the whole value, with no
# error on either side. `Serializer::json_compatible()` makes an object. Needs Rust with the target wasm32-unknown-unknown,
# node, and wasm-bindgen 0.2.130 on PATH; `npm test` installs that in .tools/bin.
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
getrandom = { version = "0.2", features = ["js"] }
oauth2 = { version = "=5.0.0", default-features = false }
serde = { version = "1", features = ["derive"] }
serde-wasm-bindgen = "=0.6.5"
serde_json = "1"
wasm-bindgen = "=0.2.130"
TOML
cat > src/lib.rs <<'RUST'
use oauth2::basic::BasicTokenResponse;
use serde::{Deserialize, Serialize};
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::prelude::*;

#[derive(Deserialize, Serialize)]
struct Plain {
    access_token: String,
    refresh_token: String,
}

#[wasm_bindgen]
pub fn plain(response: &str) -> JsValue {
    let tokens: Plain = serde_json::from_str(response).unwrap();
    serde_wasm_bindgen::to_value(&tokens).unwrap()
}

#[wasm_bindgen]
pub fn oauth2(response: &str) -> JsValue {
    let tokens: BasicTokenResponse = serde_json::from_str(response).unwrap();
    serde_wasm_bindgen::to_value(&tokens).unwrap()
}

#[wasm_bindgen]
pub fn compatible(response: &str) -> JsValue {
    let tokens: BasicTokenResponse = serde_json::from_str(response).unwrap();
    tokens.serialize(&Serializer::json_compatible()).unwrap()
}
RUST
cargo build --quiet --target wasm32-unknown-unknown
wasm-bindgen --target nodejs --out-dir out target/wasm32-unknown-unknown/debug/check.wasm
cat > check.js <<'JS'
const ways = require("./out/check.js");
const response = JSON.stringify({ access_token: "access", token_type: "bearer", refresh_token: "refresh" });
const found = [];
for (const [name, way] of [
  ["a plain struct", "plain"],
  ["BasicTokenResponse of oauth2 5.0.0", "oauth2"],
  ["the same with json_compatible()", "compatible"],
]) {
  const tokens = ways[way](response);
  found.push(`${tokens.constructor.name} ${tokens.access_token} ${JSON.parse(JSON.stringify(tokens)).refresh_token}`);
  console.log(`serde-wasm-bindgen 0.6.5, ${name}: ${tokens.constructor.name}, access_token ${tokens.access_token},`);
  console.log(`  JSON ${JSON.stringify(tokens)}`);
}
process.exit(found.join() === "Object access refresh,Map undefined undefined,Object access refresh" ? 0 : 1);
JS
node check.js
