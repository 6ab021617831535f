//! The calls of an application, and the contents of replies.

use std::rc::Rc;

use storefront_token_client::core::adoption::Adoption;
use storefront_token_client::core::call::{Command, Reply, Ticket};
use storefront_token_client::core::error::Error;
use storefront_token_client::core::members::Members;
use storefront_token_client::core::record::Subject;
use storefront_token_client::core::time::{Millis, WallTime};
use storefront_token_client::core::token::Credentials;

use crate::page::shop;
use crate::server::USERS;

/// An access token.
pub fn token() -> Command {
    Command::Token { min_validity: Millis::ZERO, force_refresh: false }
}

/// An access token that is newer than the current one.
pub fn newer_token() -> Command {
    Command::Token { min_validity: Millis::ZERO, force_refresh: true }
}

/// A sign-in of the first user.
pub fn sign_in(password: &str) -> Command {
    Command::SignIn(Credentials::new(USERS[0], password))
}

/// An adoption of tokens that another client was granted at this time of the wall clock.
pub fn adopt(tokens: &Members, subject: Subject, issued_at: i64) -> Command {
    let issued_at = WallTime::from_f64(issued_at as f64);
    let adoption = Adoption::read(&shop().config(), tokens.clone(), subject, issued_at);
    Command::Adopt(Rc::new(adoption.expect("the tokens should be usable")))
}

pub fn token_in(reply: Reply) -> (String, Ticket) {
    match reply {
        Reply::Token(token, ticket) => (token.expose().to_owned(), ticket),
        other => panic!("not a token: {other:?}"),
    }
}

pub fn ticket_of(result: &Result<Reply, Error>) -> Option<Ticket> {
    match result {
        Ok(Reply::Token(_, ticket)) => Some(ticket.clone()),
        Ok(_) | Err(_) => None,
    }
}
