//! A call: one promise that the application is waiting on, and what would fulfil it.

use super::error::Error;
use super::event::SessionView;
use super::record::{Generation, SessionId, Subject};
use super::session::{ExchangeId, WriteId};
use super::time::{Millis, Timestamp};
use super::token::{AccessToken, Credentials};

/// Names a call; chosen by the host, never used twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CallId(pub u32);

/// What the application asks for.
#[derive(Clone, Debug)]
pub enum Ask {
    /// The session there is; the server is not asked.
    Session,
    /// An access token.
    Token {
        /// How long it must still live. More than half of a life is taken for half of it, since
        /// no refresh could give more for long.
        min_validity: Millis,
        /// Whether only a token that is newer than the current one will do.
        force_refresh: bool,
    },
    /// A token in place of one that an API refused with 401 (RFC 6750 §3.1).
    Replacement(Ticket),
    /// To sign a user in.
    SignIn(Credentials),
    /// A visitor's session: the one there is, or a new one.
    SignInAsGuest,
    /// To end the session.
    SignOut,
}

/// What a call is answered with.
#[derive(Clone, Debug)]
pub enum Reply {
    /// The session.
    Session(Option<SessionView>),
    /// An access token, and the ticket to come back with when an API refuses it.
    Token(AccessToken, Ticket),
    /// The session is over.
    SignedOut,
}

/// Which token a request carried, for judging a 401.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    /// Counts the token sets that the client has had, whosever: which came later.
    pub(super) serial: Generation,
    /// Whose token it was, if a user's: another's must not take its place. A visitor has no
    /// identity that could be mistaken.
    pub(super) user: Option<SessionId>,
}

impl Ticket {
    /// The ticket of these parts.
    pub fn from_parts(serial: f64, user: Option<String>) -> Ticket {
        Ticket { serial: Generation::from_f64(serial), user: user.and_then(|user| SessionId::parse(&user)) }
    }

    /// What [`Ticket::from_parts`] takes.
    pub fn to_parts(&self) -> (f64, Option<String>) {
        (self.serial.to_f64(), self.user.map(SessionId::to_text))
    }

    pub(super) fn new(serial: Generation, subject: Subject, id: SessionId) -> Ticket {
        Ticket { serial, user: (subject == Subject::User).then_some(id) }
    }
}

/// An access token that would do.
#[derive(Clone, Debug)]
pub(super) struct TokenWant {
    pub(super) min_validity: Millis,
    pub(super) newer_than: Option<Generation>,
    /// Whether an API refused the token that it must be newer than.
    pub(super) rejected: bool,
    /// The user whose token it must be, if one was signed in when the call was made.
    pub(super) user: Option<SessionId>,
}

/// How far a sign-out has come.
#[derive(Clone, Debug, Default)]
pub(super) struct SignOut {
    pub(super) write: Option<WriteId>,
    pub(super) revocation: Option<ExchangeId>,
}

/// What a call is waiting for.
#[derive(Clone, Debug)]
pub(super) enum Want {
    /// The record has not been read yet, so that the ask has no meaning yet.
    Undecided(Ask),
    Session,
    Token(TokenWant),
    SignIn {
        credentials: Credentials,
        /// Whether the visitor's token was refreshed for it already.
        freshened: bool,
    },
    Guest,
    SignOut(SignOut),
}

/// One promise that the application is waiting on.
#[derive(Clone, Debug)]
pub(super) struct Call {
    pub(super) id: CallId,
    pub(super) want: Want,
    pub(super) deadline: Timestamp,
}

pub(super) type Answered = Option<Result<Reply, Error>>;
