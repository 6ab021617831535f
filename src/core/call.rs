//! Calls: what the application can ask for, and the reply to it.

use std::rc::Rc;

use super::adoption::Adoption;
use super::error::Error;
use super::event::SessionView;
use super::record::{Record, SessionId, Subject};
use super::time::Millis;
use super::token::{AccessToken, Credentials};

/// What a call is for.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "recorder", derive(serde::Serialize, serde::Deserialize))]
pub enum Command {
    /// The session, as far as the storage and the peers know it. No request is sent.
    Session,
    /// An access token.
    Token {
        /// For how long the token must still be valid. At most half of the token's lifetime is demanded, since even a
        /// new token satisfies a longer span only for a moment. Nothing is demanded if there is no refresh token.
        min_validity: Millis,
        /// Whether the token must be newer than the current one.
        force_refresh: bool,
    },
    /// An access token that is newer than the ticket's, which an API rejected with 401 (RFC 6750 §3.1).
    TokenAfter401(Ticket),
    /// To sign a user in.
    SignIn(Credentials),
    /// To take over a session that another client began.
    Adopt(Rc<Adoption>),
    /// A guest's session: the current one, or a new one.
    SignInAsGuest,
    /// To end the session.
    SignOut,
}

/// The value with which a call is fulfilled.
#[derive(Clone, Debug, PartialEq)]
pub enum Reply {
    /// The session, or none.
    Session(Option<SessionView>),
    /// An access token, and the ticket for [`Command::TokenAfter401`] if an API rejects the token.
    Token(AccessToken, Ticket),
    /// The session has ended.
    SignedOut,
}

/// How a call ends.
pub type CallResult = Result<Reply, Error>;

/// Which access token a request carried, and the address that rejected it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "recorder", derive(serde::Serialize, serde::Deserialize))]
pub struct Ticket {
    /// The token, which the core or the front has given out.
    pub(super) token: AccessToken,
    /// The session, if it is a user's: only a token of the same session may replace this one. Any session's token may
    /// replace a guest's.
    pub(super) user_session: Option<SessionId>,
    /// The address of the request. Another address may reject a token for a reason of its own.
    pub(super) address: String,
}

impl Ticket {
    /// The ticket for this token; with the session's id if it is a user's, and with the address that rejected
    /// the token.
    pub fn new(token: AccessToken, user_session: Option<&str>, address: String) -> Ticket {
        Ticket { token, user_session: user_session.and_then(SessionId::parse), address }
    }

    /// The token.
    pub fn token(&self) -> &AccessToken {
        &self.token
    }

    /// The address that rejected the token.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The session's id, if it is a user's.
    pub fn user_session(&self) -> Option<String> {
        self.user_session.map(SessionId::to_text)
    }

    /// The ticket for the token of this record. If an address rejects the token, the bearer `fetch` adds that address.
    pub(super) fn of(record: &Record) -> Ticket {
        let user_session = (record.subject == Subject::User).then_some(record.id);
        Ticket { token: record.tokens.access_token.clone(), user_session, address: String::new() }
    }
}
