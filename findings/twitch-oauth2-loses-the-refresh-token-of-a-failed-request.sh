#!/usr/bin/env bash
# The crate twitch_oauth2 takes the refresh token out of a `UserToken` before it sends the refresh, and puts one back only if
# the response grants one. So after a request that never left the machine, or after a 503, the `UserToken` has no refresh token
# any more: each later call is `NoRefreshToken`, and the user must sign in. The error names the failed request, and nothing
# says that the token is gone too. One would expect a failed call to leave the `UserToken` as it was. Only a copy of the
# refresh token that was made before the call helps. Needs Rust.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
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
