#!/usr/bin/env bash
# yup-oauth2 keeps one token for each set of scopes, and serves a smaller set with the token of a larger one. But if it has to
# refresh that token first, it stores the new refresh token under the smaller set alone: the larger one keeps the token that
# has just been used. With a server that rotates, the next request for the larger set is refused, and the crate then asks for
# a sign-in: the user sees the browser open in the middle of a session, and where a replay ends all, is signed out everywhere.
# One would expect the token to be replaced where it was found. A program that asks for all its scopes at its start, and for
# some of them later, does this at each end of a token. Needs Rust.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
mkdir src
cat > Cargo.toml <<'TOML'
[package]
name = "check"
version = "1.0.0"
edition = "2024"

[dependencies]
hyper-util = { version = "0.1", features = ["client-legacy", "http1", "tokio"] }
tokio = { version = "1", features = ["macros", "rt"] }
yup-oauth2 = { version = "=12.1.2", default-features = false }
TOML
cat > src/main.rs <<'RUST'
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use std::io::{Read, Write};
use std::net::TcpListener;
use std::pin::Pin;
use std::sync::mpsc;
use yup_oauth2::authenticator_delegate::InstalledFlowDelegate;
use yup_oauth2::{ApplicationSecret, CustomHyperClientBuilder, InstalledFlowAuthenticator, InstalledFlowReturnMethod};

/// A user who signs in at once, and says so.
struct User(mpsc::Sender<String>);

impl InstalledFlowDelegate for User {
    fn present_user_url<'a>(
        &'a self,
        _: &'a str,
        _: bool,
    ) -> Pin<Box<dyn Future<Output = Result<String, String>> + Send + 'a>> {
        self.0.send("sign-in".into()).unwrap();
        Box::pin(async { Ok("code".into()) })
    }
}

/// A server that grants each code, and each refresh token once. The access tokens live for a second.
fn serve(listener: TcpListener, said: mpsc::Sender<String>) {
    let mut newest = 0;
    for stream in listener.incoming() {
        let mut stream = stream.unwrap();
        let mut request = [0; 4096];
        let mut length = 0;
        while !String::from_utf8_lossy(&request[..length]).contains("grant_type=") {
            length += stream.read(&mut request[length..]).unwrap();
        }
        let request = String::from_utf8_lossy(&request[..length]).into_owned();
        let used = request.split("refresh_token=").nth(1).map(|rest| rest.split('&').next().unwrap().to_owned());
        let is_granted = used.as_ref().is_none_or(|token| *token == newest.to_string());
        if let Some(token) = used {
            said.send(format!("refresh with {token}{}", if is_granted { "" } else { " (refused)" })).unwrap();
        }
        newest += usize::from(is_granted);
        let body = match is_granted {
            true => format!(r#"{{"access_token":"a","refresh_token":"{newest}","token_type":"Bearer","expires_in":1}}"#),
            false => r#"{"error":"invalid_grant"}"#.into(),
        };
        let status = if is_granted { "200 OK" } else { "400 Bad Request" };
        let head = format!("HTTP/1.1 {status}\r\ncontent-type: application/json\r\nconnection: close");
        write!(stream, "{head}\r\ncontent-length: {}\r\n\r\n{body}", body.len()).unwrap();
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (sender, receiver) = mpsc::channel();
    let said = sender.clone();
    std::thread::spawn(move || serve(listener, said));
    let client_id = "shop".into();
    let secret = ApplicationSecret { client_id, token_uri: url.clone(), auth_uri: url, ..Default::default() };
    let client = CustomHyperClientBuilder::from(Client::builder(TokioExecutor::new()).build_http());
    let shop = InstalledFlowAuthenticator::with_client(secret, InstalledFlowReturnMethod::Interactive, client)
        .flow_delegate(Box::new(User(sender)))
        .build()
        .await
        .unwrap();
    let mut seen = Vec::new();
    for scopes in [&["cart", "orders"][..], &["cart"], &["cart", "orders"]] {
        shop.token(scopes).await.unwrap();
        seen.push(format!("{}: {}", scopes.join(" "), receiver.try_iter().collect::<Vec<_>>().join(", ")));
    }
    println!("yup-oauth2 12.1.2: {seen:#?}");
    let expected = ["cart orders: sign-in", "cart: refresh with 1", "cart orders: refresh with 1 (refused), sign-in"];
    assert_eq!(seen, expected, "the behaviour has changed");
}
RUST
cargo run --quiet
