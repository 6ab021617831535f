#!/usr/bin/env bash
# @directus/sdk and the crate twitch_oauth2 forget the refresh token before they send it, and have one again only if the response
# grants one. @directus/sdk even clears the stored tokens first, so that a page that is closed during a refresh is signed out.
# After a request that never left the machine, or after a 503, the user must sign in, though the server still knows the
# session: the next refresh of @directus/sdk goes out without a token, and `getToken()` is null; in Rust it is
# `NoRefreshToken`. The error names the failed request, and nothing says that the token is gone too. One would expect a failed
# call to leave the session as it was. Needs node 20 or newer, npm and Rust.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init --yes >/dev/null
npm install --silent --ignore-scripts --no-audit --no-fund @directus/sdk@18.0.3
cat > check.mjs <<'JS'
import { authentication, createDirectus } from "@directus/sdk";
import { once } from "node:events";
import { createServer } from "node:http";

/** Refreshes twice, of which the first fails as said, and says what the server has got and what is left. */
async function run(failure) {
  const received = [];
  const server = createServer(async (request, response) => {
    const { refresh_token } = JSON.parse(Buffer.concat(await request.toArray()).toString());
    const isFirst = received.push(String(refresh_token)) === 1;
    if (isFirst && failure === "no response") return response.destroy();
    const status = isFirst && failure === "503" ? 503 : refresh_token ? 200 : 400;
    const data = { access_token: "access", refresh_token: `refresh${received.length + 1}`, expires: 900_000 };
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify(status === 200 ? { data } : { errors: [{ message: "failed" }] }));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  let stored = { access_token: "access", refresh_token: "refresh1", expires: 900_000, expires_at: Date.now() };
  const storage = { get: () => stored, set: (tokens) => (stored = tokens) };
  const options = { storage, autoRefresh: false };
  const client = createDirectus(`http://127.0.0.1:${server.address().port}`).with(authentication("json", options));
  for (const _ of [1, 2]) await client.refresh().catch(() => {});
  server.close();
  server.closeAllConnections();
  const line = `the server has got ${received.join(", ")}; stored: ${stored.refresh_token}`;
  console.log(`@directus/sdk 18.0.3, ${failure}: ${line}`);
  return line;
}

const found = [await run("no failure"), await run("503"), await run("no response")];
const lost = "the server has got refresh1, undefined; stored: null";
const expected = ["the server has got refresh1, refresh2; stored: refresh3", lost, lost];
process.exit(found.join() === expected.join() ? 0 : 1);
JS
node check.mjs
mkdir src
cat > Cargo.toml <<'TOML'
[package]
name = "check"
version = "1.0.0"
edition = "2024"

[dependencies]
http = "1"
twitch_oauth2 = { version = "=0.17.1", features = ["client"] }
TOML
cat > src/main.rs <<'RUST'
use http::{Request, Response};
use std::io::{Error, ErrorKind};
use std::pin::pin;
use std::sync::Mutex;
use std::task::{Context, Poll, Waker};
use twitch_oauth2::client::Client;
use twitch_oauth2::{AccessToken, ClientSecret, RefreshToken, TwitchToken, UserToken};

/// A network that answers the first request as said, and grants the others.
struct Network {
    first: Mutex<Option<Result<u16, ErrorKind>>>,
    requests: Mutex<usize>,
}

impl Client for Network {
    type Error = Error;

    fn req(&self, _: Request<Vec<u8>>) -> impl Future<Output = Result<Response<Vec<u8>>, Error>> + Send + use<> {
        *self.requests.lock().unwrap() += 1;
        let granted = r#"{"access_token":"access 2","refresh_token":"refresh 2","expires_in":3600,"token_type":"bearer"}"#;
        let busy = r#"{"status":503,"message":"busy"}"#;
        std::future::ready(match self.first.lock().unwrap().take() {
            None => Ok(Response::new(granted.into())),
            Some(Ok(status)) => Ok(Response::builder().status(status).body(busy.into()).unwrap()),
            Some(Err(kind)) => Err(kind.into()),
        })
    }
}

/// The output of a future that never waits.
fn finish<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("the future waits"),
    }
}

fn main() {
    let failures = [("no failure", None), ("503", Some(Ok(503))), ("no connection", Some(Err(ErrorKind::ConnectionRefused)))];
    for (name, first) in failures {
        let is_failure = first.is_some();
        let network = Network { first: Mutex::new(first), requests: Mutex::new(0) };
        let (access, refresh) = (AccessToken::from("access 1"), RefreshToken::from("refresh 1"));
        let secret = ClientSecret::from("secret");
        let (login, id) = ("ada".into(), "1".into());
        let mut token = UserToken::from_existing_unchecked(access, refresh, "shop", secret, login, id, None, None);
        let ends = [1, 2].map(|_| finish(token.refresh_token(&network)));
        let requests = *network.requests.lock().unwrap();
        let is_lost = token.refresh_token.is_none();
        println!("twitch_oauth2 0.17.1, {name}: {ends:?}; requests sent: {requests}; refresh token lost: {is_lost}");
        assert_eq!((requests, is_lost), (if is_failure { 1 } else { 2 }, is_failure), "the behaviour has changed");
    }
}
RUST
cargo run --quiet
