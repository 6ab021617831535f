#!/usr/bin/env bash
# Django and tower-sessions (for axum) do not store the session if the status of the response is 500 or more, whoever made it.
# So a handler that refreshes, puts the new refresh token into the session, and then hands on the 502 or 503 of a backend,
# loses that token without a word: the used one stays in the session, the next refresh is refused, or taken for a replay, and
# the shopper is signed out because some backend was down for a moment. One would expect that of an exception at most. Flask
# stores the session with each status. `request.session.save()`, or `session.save()` in Rust, stores it at once. Needs python3
# with venv, PyPI and Rust.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check Django==5.2.19 Flask==3.1.3
cat > check.py <<'PYTHON'
from importlib.metadata import version

import django
import flask
from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from django.urls import path

shop = flask.Flask("shop")
shop.secret_key = "secret"

def handle(session, token, status):
    before = session.get("refresh_token")
    if token != "none":
        session["refresh_token"] = token
    return f"{before}", status

@shop.get("/<token>/<int:status>")
def view(token, status):
    return handle(flask.session, token, status)

def django_view(request, token, status):
    text, status = handle(request.session, token, status)
    return HttpResponse(text, status=status)

settings.configure(
    SECRET_KEY="secret",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF="__main__",
    MIDDLEWARE=["django.contrib.sessions.middleware.SessionMiddleware"],
    SESSION_ENGINE="django.contrib.sessions.backends.cache",
)
urlpatterns = [path("<token>/<int:status>", django_view)]
django.setup()
for name, make in {"Django": Client, "Flask": shop.test_client}.items():
    kept = {}
    for status in (200, 404, 500, 502, 503):
        client = make()
        client.get("/refresh1/200")
        client.get(f"/refresh2/{status}")
        kept[status] = getattr(client.get("/none/200"), "content", None) or client.get("/none/200").data
    print(name, version(name), {status: token.decode() for status, token in kept.items()})
    lost = [status for status, token in kept.items() if token != b"refresh2"]
    assert lost == ([500, 502, 503] if name == "Django" else []), "the behaviour has changed"
PYTHON
env/bin/python check.py
mkdir src
cat > Cargo.toml <<'TOML'
[package]
name = "check"
version = "1.0.0"
edition = "2024"

[dependencies]
http = "1"
tokio = { version = "1", features = ["macros", "rt"] }
tower = { version = "0.5", features = ["util"] }
tower-sessions = "=0.15.0"
TOML
cat > src/main.rs <<'RUST'
use http::{Request, Response, StatusCode, header};
use std::convert::Infallible;
use tower::{ServiceBuilder, ServiceExt, service_fn};
use tower_sessions::{MemoryStore, Session, SessionManagerLayer};

async fn handle(request: Request<StatusCode>) -> Result<Response<String>, Infallible> {
    let session = request.extensions().get::<Session>().unwrap();
    let before: Option<String> = session.get("refresh_token").await.unwrap();
    if let Some(token) = request.uri().query() {
        session.insert("refresh_token", token).await.unwrap();
    }
    Ok(Response::builder().status(*request.body()).body(before.unwrap_or_default()).unwrap())
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let layer = SessionManagerLayer::new(MemoryStore::default());
    let shop = ServiceBuilder::new().layer(layer).service(service_fn(handle));
    let mut lost = Vec::new();
    for status in [200, 404, 500, 502, 503].map(|status| StatusCode::from_u16(status).unwrap()) {
        let get = |path: &str, cookie: &str, status| {
            let request = Request::get(path).header(header::COOKIE, cookie).body(status).unwrap();
            shop.clone().oneshot(request)
        };
        let signed_in = get("/?refresh1", "none=", StatusCode::OK).await.unwrap();
        let cookie = signed_in.headers()[header::SET_COOKIE].to_str().unwrap().split(';').next().unwrap();
        get("/?refresh2", cookie, status).await.unwrap();
        let kept = get("/", cookie, StatusCode::OK).await.unwrap().into_body();
        println!("tower-sessions 0.15.0, {}: {kept}", status.as_u16());
        if kept != "refresh2" {
            lost.push(status.as_u16());
        }
    }
    assert_eq!(lost, [500, 502, 503], "the behaviour has changed");
}
RUST
cargo run --quiet
