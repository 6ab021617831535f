//! The forms that go out and the answers that come in.

use storefront_token_client::core::grant::Request;
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

pub fn answer(status: u16, body: Body) -> Response {
    Response::new(status, body)
}

pub fn json(status: u16, members: &[(&'static str, Value)]) -> Response {
    answer(status, Body::Members(object(members)))
}

pub fn oauth_error(status: u16, error: &str) -> Response {
    json(status, &[("error", text(error)), ("error_description", text("so says the server"))])
}

pub fn html(status: u16) -> Response {
    answer(status, Body::NotMembers)
}

pub fn patient(status: u16, retry_after_secs: Option<u64>) -> Response {
    Response { retry_after: retry_after_secs.map(Millis::from_secs), ..html(status) }
}

/// What the outcome holds under `name`, if it is an answer with an object in it.
pub fn told<'a>(outcome: &'a ExchangeResult, name: &str) -> Option<&'a str> {
    match outcome {
        ExchangeResult::Response(Response { body: Body::Members(members), .. }) => members.text(name),
        ExchangeResult::Response(_) | ExchangeResult::NoResponse => None,
    }
}

pub fn status(outcome: &ExchangeResult) -> Option<u16> {
    match outcome {
        ExchangeResult::Response(answer) => Some(answer.status),
        ExchangeResult::NoResponse => None,
    }
}
