//! Errors by who must act.

use std::fmt;
use std::ops::Deref;
use std::rc::Rc;

use super::time::Millis;

/// What went wrong: a closed list, stable for programs to compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// The developer: an option of the constructor cannot be used.
    InvalidOption,
    /// The developer: an argument of a call cannot be used.
    InvalidArgument,
    /// The developer: a request would carry the token to an origin that was not allowed.
    OriginNotAllowed,
    /// The developer: the client was disposed of.
    Disposed,
    /// The developer: the server refused the client or the request (`invalid_client`,
    /// `unauthorized_client`, `unsupported_grant_type`, `invalid_scope`, `invalid_request`).
    ClientRejected,
    /// The developer: the stored record is not one of ours, or belongs to another server.
    UnusableRecord,
    /// The developer: the storage that was given failed.
    StorageFailed,
    /// The shopper: the user name or the password is wrong.
    InvalidCredentials,
    /// The shopper, with the shop: the account is locked or disabled.
    AccountLocked,
    /// The shopper: nobody is signed in, or the server ended the session; sign in again.
    LoginRequired,
    /// The shopper: somebody is signed in; sign out first.
    SignedIn,
    /// Nobody: the API refuses a token that the server has just given.
    TokenRejected,
    /// Nobody: the application signed out while the call was waiting.
    SignedOut,
    /// Nobody: the application ended the wait.
    Aborted,
    /// Wait: the caller's time is up; what was begun goes on.
    Timeout,
    /// Wait: no answer came through.
    Network,
    /// Wait: the server asked for patience (429).
    RateLimited,
    /// Wait: the server failed (5xx, 408).
    ServerUnavailable,
    /// Wait: an answer came that RFC 6749 does not know; a proxy's page, perhaps.
    InvalidAnswer,
}

impl Code {
    /// Every code there is.
    pub const ALL: [Code; 19] = [
        Code::InvalidOption,
        Code::InvalidArgument,
        Code::OriginNotAllowed,
        Code::Disposed,
        Code::ClientRejected,
        Code::UnusableRecord,
        Code::StorageFailed,
        Code::InvalidCredentials,
        Code::AccountLocked,
        Code::LoginRequired,
        Code::SignedIn,
        Code::TokenRejected,
        Code::SignedOut,
        Code::Aborted,
        Code::Timeout,
        Code::Network,
        Code::RateLimited,
        Code::ServerUnavailable,
        Code::InvalidAnswer,
    ];

    /// The code as programs see it, and what it asks of whom.
    const fn texts(self) -> (&'static str, &'static str) {
        match self {
            Code::InvalidOption => ("invalid_option", "An option cannot be used"),
            Code::InvalidArgument => ("invalid_argument", "An argument cannot be used"),
            Code::OriginNotAllowed => ("origin_not_allowed", "The token may go to allowedOrigins only"),
            Code::Disposed => ("disposed", "The client was disposed of"),
            Code::ClientRejected => ("client_rejected", "The server refuses the client"),
            Code::UnusableRecord => {
                ("unusable_record", "The stored session cannot be used, and stays; sign in, or sign out")
            }
            Code::StorageFailed => ("storage_failed", "The storage failed"),
            Code::InvalidCredentials => ("invalid_credentials", "Wrong user name or password"),
            Code::AccountLocked => ("account_locked", "The account is locked or disabled"),
            Code::LoginRequired => ("login_required", "Nobody is signed in; call signIn()"),
            Code::SignedIn => ("signed_in", "A user is signed in; call signOut() first"),
            Code::TokenRejected => ("token_rejected", "The API refuses a new token"),
            Code::SignedOut => ("signed_out", "Signed out meanwhile"),
            Code::Aborted => ("aborted", "Aborted"),
            Code::Timeout => ("timeout", "Timed out; what was begun goes on"),
            Code::Network => ("network", "The token endpoint cannot be reached"),
            Code::RateLimited => ("rate_limited", "The server asks to wait"),
            Code::ServerUnavailable => ("server_unavailable", "The server failed"),
            Code::InvalidAnswer => ("invalid_answer", "Not an OAuth 2.0 answer"),
        }
    }

    /// The code as programs see it.
    pub const fn as_str(self) -> &'static str {
        self.texts().0
    }

    /// What it asks of whom, for people.
    pub const fn sentence(self) -> &'static str {
        self.texts().1
    }

    /// Whether the same call may succeed later without anybody acting.
    pub const fn is_transient(self) -> bool {
        match self {
            Code::Timeout
            | Code::Network
            | Code::RateLimited
            | Code::ServerUnavailable
            | Code::InvalidAnswer => true,
            Code::InvalidOption
            | Code::InvalidArgument
            | Code::OriginNotAllowed
            | Code::Disposed
            | Code::ClientRejected
            | Code::UnusableRecord
            | Code::StorageFailed
            | Code::InvalidCredentials
            | Code::AccountLocked
            | Code::LoginRequired
            | Code::SignedIn
            | Code::TokenRejected
            | Code::SignedOut
            | Code::Aborted => false,
        }
    }
}

/// The members of an error response (RFC 6749 §5.2), as far as they were texts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OAuthError {
    /// `error`
    pub error: Option<String>,
    /// `error_description`
    pub error_description: Option<String>,
    /// `error_uri`
    pub error_uri: Option<String>,
    /// `hint`, where the server says more (league/oauth2-server)
    pub hint: Option<String>,
}

/// What a call is rejected with. It never holds a body, a token or a password.
///
/// A pointer, since an error goes through many hands and is looked at in few.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error(Rc<Problem>);

/// What an [`Error`] says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What went wrong.
    pub code: Code,
    /// More about it: the option's name, the cause.
    pub detail: Option<String>,
    /// The HTTP status, where there was an answer.
    pub status: Option<u16>,
    /// How long to wait before the next attempt, where that is known.
    pub retry_after: Option<Millis>,
    /// What the server said.
    pub oauth: Option<Rc<OAuthError>>,
}

impl Deref for Error {
    type Target = Problem;

    fn deref(&self) -> &Problem {
        &self.0
    }
}

impl From<Problem> for Error {
    fn from(problem: Problem) -> Error {
        Error(Rc::new(problem))
    }
}

impl Error {
    /// An error of which the code says all.
    pub fn new(code: Code) -> Error {
        Problem { code, detail: None, status: None, retry_after: None, oauth: None }.into()
    }

    /// An error with more about it.
    pub fn because(code: Code, detail: &str) -> Error {
        let detail = Some(detail.into());
        Problem { code, detail, status: None, retry_after: None, oauth: None }.into()
    }

    /// The error with another time to wait.
    pub(super) fn after(&self, wait: Millis) -> Error {
        Problem { retry_after: Some(wait), ..Problem::clone(self) }.into()
    }

    /// An error about the option or the argument of this name.
    pub fn naming(code: Code, name: &str, what: &str) -> Error {
        let mut detail = String::from(name);
        detail.push(' ');
        detail.push_str(what);
        Error::because(code, &detail)
    }

    /// One sentence for people: what the code says, and the detail.
    pub fn message(&self) -> String {
        let mut message = self.code.sentence().to_owned();
        if let Some(detail) = &self.detail {
            message.push_str(": ");
            message.push_str(detail);
        }
        message
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message())
    }
}

impl std::error::Error for Error {}
