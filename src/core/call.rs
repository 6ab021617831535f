//! A call: one promise that the application is waiting on, and what would fulfil it.

use super::event::SessionView;
use super::record::{Generation, SessionId, Subject};
use super::time::Millis;
use super::token::{AccessToken, Credentials};

/// What the application asks for.
#[derive(Clone, Debug)]
pub enum Command {
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
    pub(super) token_serial: Generation,
    /// Whose token it was, if a user's: another's must not take its place. A visitor has no
    /// identity that could be mistaken.
    pub(super) user: Option<SessionId>,
}

impl Ticket {
    /// The ticket of these parts.
    pub fn from_parts(token_serial: f64, user: Option<String>) -> Ticket {
        Ticket {
            token_serial: Generation::from_f64(token_serial),
            user: user.and_then(|user| SessionId::parse(&user)),
        }
    }

    /// What [`Ticket::from_parts`] takes.
    pub fn to_parts(&self) -> (f64, Option<String>) {
        (self.token_serial.to_f64(), self.user.map(SessionId::to_text))
    }

    pub(super) fn new(token_serial: Generation, subject: Subject, id: SessionId) -> Ticket {
        Ticket { token_serial, user: (subject == Subject::User).then_some(id) }
    }
}
