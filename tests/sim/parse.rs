//! The parameters of requests and the members of responses.

use storefront_token_client::core::grant::{GrantKind, Request};
use storefront_token_client::core::members::{Members, Value};
use storefront_token_client::core::response::{Body, ExchangeResult, Response};
use storefront_token_client::core::time::Millis;

/// The parameters of a request.
#[derive(Clone, Debug, Default)]
pub struct Form(Vec<(String, String)>);

impl Form {
    pub fn of(request: &Request) -> Form {
        let pairs = request.parameters.iter();
        Form(pairs.map(|(name, value)| (name.to_owned(), value.text().unwrap().to_owned())).collect())
    }

    pub fn from_pairs(pairs: &[(&str, &str)]) -> Form {
        Form(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
    }

    pub fn kind(&self) -> GrantKind {
        match (self.get("grant_type"), self.get("username")) {
            (Some("refresh_token"), _) => GrantKind::Refresh,
            (_, Some("guest")) => GrantKind::Guest,
            _ => GrantKind::SignIn,
        }
    }

    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    pub fn names(&self) -> Vec<&str> {
        self.0.iter().map(|(name, _)| name.as_str()).collect()
    }
}

pub fn object(members: &[(&'static str, Value)]) -> Members {
    let mut object = Members::new();
    for (name, value) in members {
        object.push(name, value.clone());
    }
    object
}

pub fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

pub fn json(status: u16, members: &[(&'static str, Value)]) -> Response {
    Response::new(status, Body::Members(object(members)))
}

pub fn error_response(status: u16, error: &str) -> Response {
    json(status, &[("error", text(error)), ("error_description", text("in the server's words"))])
}

pub fn html(status: u16) -> Response {
    Response::new(status, Body::Text(String::from("<!doctype html>")))
}

pub fn empty(status: u16) -> Response {
    Response::new(status, Body::Text(String::new()))
}

pub fn retry_later(status: u16, retry_after_secs: Option<u64>) -> Response {
    Response { retry_after: retry_after_secs.map(Millis::from_secs), ..html(status) }
}

/// The text under `name`, if the result is a response with a JSON object.
pub fn member<'a>(result: &'a ExchangeResult, name: &str) -> Option<&'a str> {
    match result {
        ExchangeResult::Response(Response { body: Body::Members(members), .. }) => members.text(name),
        ExchangeResult::Response(_) | ExchangeResult::NoResponse => None,
    }
}

pub fn status(result: &ExchangeResult) -> Option<u16> {
    match result {
        ExchangeResult::Response(response) => Some(response.status),
        ExchangeResult::NoResponse => None,
    }
}
