//! Errors. Each code says who can act on it.

use std::fmt;
use std::ops::Deref;
use std::rc::Rc;

use super::members::Members;
use super::time::Millis;

/// The kind of an error. Programs can compare the codes: they are stable. JavaScript has one more, `core_unavailable`,
/// for a core that cannot be loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "recorder", derive(serde::Serialize, serde::Deserialize))]
pub enum Code {
    /// For the developer: an option of the constructor cannot be used.
    InvalidOption,
    /// For the developer: an argument of a call cannot be used.
    InvalidArgument,
    /// For the developer: `fetch` would send the token to an origin that is not allowed.
    OriginNotAllowed,
    /// For the developer: the client was disposed of.
    Disposed,
    /// For the developer: the server rejected the client or the request (`invalid_client`,
    /// `unauthorized_client`, `unsupported_grant_type`, `invalid_scope`, `invalid_request`; RFC 6749 §5.2).
    ClientRejected,
    /// For the developer: the stored record belongs to another server or client, or has another version.
    UnusableRecord,
    /// For the developer: the storage that the application provides failed.
    StorageFailed,
    /// For the shopper: the user name or the password is wrong.
    InvalidCredentials,
    /// For the shopper and the shop: the account is locked or disabled.
    AccountLocked,
    /// For the shopper: the password is right, and the server demands a second factor. The response's
    /// members say how to go on: [`OAuthError::parameters`].
    MfaRequired,
    /// For the shopper: there is no session, or it gives no access token without a new sign-in.
    LoginRequired,
    /// For the shopper: a user is signed in; sign out first.
    SignedIn,
    /// For nobody: the API rejects a token that the server has just issued.
    TokenRejected,
    /// For nobody: the session ended, or became another user's, while the call was waiting.
    SignedOut,
    /// For nobody: the application aborted the call.
    Aborted,
    /// Try again later: the call's time is up. The exchange that it waited for goes on.
    Timeout,
    /// Try again later: there was no response.
    Network,
    /// Try again later: the server limits the rate of requests (429).
    RateLimited,
    /// Try again later: the server failed (5xx, 408).
    ServerUnavailable,
    /// Try again later: the response is not one that RFC 6749 defines; a proxy's page, perhaps.
    InvalidAnswer,
}

impl Code {
    /// All codes.
    pub const ALL: [Code; 20] = [
        Code::InvalidOption,
        Code::InvalidArgument,
        Code::OriginNotAllowed,
        Code::Disposed,
        Code::ClientRejected,
        Code::UnusableRecord,
        Code::StorageFailed,
        Code::InvalidCredentials,
        Code::AccountLocked,
        Code::MfaRequired,
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

    /// The code as programs see it, and a sentence for people.
    const fn texts(self) -> (&'static str, &'static str) {
        match self {
            Code::InvalidOption => ("invalid_option", "Invalid option"),
            Code::InvalidArgument => ("invalid_argument", "Invalid argument"),
            Code::OriginNotAllowed => {
                ("origin_not_allowed", "No token is sent to an origin that is not in allowedOrigins")
            }
            Code::Disposed => ("disposed", "The client was disposed of"),
            Code::ClientRejected => ("client_rejected", "The server rejects the client or its request"),
            Code::UnusableRecord => {
                ("unusable_record", "The stored record is not this client's and was set aside")
            }
            Code::StorageFailed => ("storage_failed", "The storage failed"),
            Code::InvalidCredentials => ("invalid_credentials", "Wrong user name or password"),
            Code::AccountLocked => ("account_locked", "The account is locked or disabled"),
            Code::MfaRequired => ("mfa_required", "The server demands a second factor"),
            Code::LoginRequired => ("login_required", "The shopper must sign in"),
            Code::SignedIn => ("signed_in", "A user is signed in; call signOut() first"),
            Code::TokenRejected => ("token_rejected", "The API rejects a new token"),
            Code::SignedOut => ("signed_out", "The session ended or changed meanwhile"),
            Code::Aborted => ("aborted", "The call was aborted"),
            Code::Timeout => ("timeout", "The call timed out; its request goes on"),
            Code::Network => ("network", "The server cannot be reached"),
            Code::RateLimited => ("rate_limited", "The server asks to try again later"),
            Code::ServerUnavailable => ("server_unavailable", "The server failed"),
            Code::InvalidAnswer => ("invalid_answer", "Not an OAuth 2.0 response"),
        }
    }

    /// The code as programs see it.
    pub const fn as_str(self) -> &'static str {
        self.texts().0
    }

    /// A sentence for people.
    pub const fn sentence(self) -> &'static str {
        self.texts().1
    }

    /// Whether the same call may succeed later although nobody acts.
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
            | Code::MfaRequired
            | Code::LoginRequired
            | Code::SignedIn
            | Code::TokenRejected
            | Code::SignedOut
            | Code::Aborted => false,
        }
    }
}

/// The detail of an error if the response to an earlier refresh was lost: it may have had a new refresh token.
pub const RESPONSE_LOST: &str = "the response to an earlier refresh was lost";

/// The string members of an error response (RFC 6749 §5.2).
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "recorder", derive(serde::Serialize, serde::Deserialize))]
pub struct OAuthError {
    /// `error`
    pub error: Option<String>,
    /// `error_description`
    pub error_description: Option<String>,
    /// `error_uri`
    pub error_uri: Option<String>,
    /// `hint`, a more precise cause (league/oauth2-server)
    pub hint: Option<String>,
    /// With [`Code::MfaRequired`]: all other strings of the response, such as `mfa_token`, but no access or
    /// refresh token.
    pub parameters: Members,
}

/// The error with which a call is rejected. It contains no access token, refresh token or password, and of a response body
/// only the strings in [`OAuthError`].
///
/// It is one pointer, since errors are passed on more often than they are read.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "recorder", derive(serde::Serialize, serde::Deserialize))]
pub struct Error(Rc<Problem>);

/// The content of an [`Error`].
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "recorder", derive(serde::Serialize, serde::Deserialize))]
pub struct Problem {
    /// What went wrong.
    pub code: Code,
    /// The cause, or the name of the option.
    pub detail: Option<String>,
    /// The HTTP status, if there was a response.
    pub status: Option<u16>,
    /// How long to wait before the next attempt, if that is known.
    pub retry_after: Option<Millis>,
    /// The server's error response.
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
    /// An error without details.
    pub fn new(code: Code) -> Error {
        Problem { code, detail: None, status: None, retry_after: None, oauth: None }.into()
    }

    /// An error with a detail.
    pub fn because(code: Code, detail: &str) -> Error {
        let detail = Some(detail.into());
        Problem { code, detail, status: None, retry_after: None, oauth: None }.into()
    }

    /// The same error with this time to wait.
    pub(super) fn with_retry_after(&self, wait: Millis) -> Error {
        Problem { retry_after: Some(wait), ..Problem::clone(self) }.into()
    }

    /// The same error as a reason to sign in again.
    pub(super) fn login_required(&self, detail: Option<&str>) -> Error {
        let detail = detail.map(str::to_owned);
        Problem { code: Code::LoginRequired, detail, ..Problem::clone(self) }.into()
    }

    /// An error about the option or the argument with this name.
    pub fn naming(code: Code, name: &str, what: &str) -> Error {
        let mut detail = String::from(name);
        detail.push(' ');
        detail.push_str(what);
        Error::because(code, &detail)
    }

    /// The sentence of the code, and the detail.
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
