//! An answer of the token endpoint, and the verdict on it (RFC 6749 §5.1, §5.2).
//!
//! A refresh token is dead only when the server says so in an OAuth answer. Whatever else comes
//! back, or does not, falls through to [`Verdict::Failed`], which keeps the session.

use std::rc::Rc;

use super::error::{Code, Error, OAuthError, Problem};
use super::members::{Members, Value};
use super::server::{ErrorRule, ServerProfile};
use super::time::{Life, Millis};
use super::token::{AccessToken, RefreshToken};

/// How an exchange ended.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// With an answer.
    Answer(Answer),
    /// Without one: offline, refused by CORS, cut. The host can not tell them apart.
    NoAnswer,
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The HTTP status; 0 for a redirect that the browser does not show.
    pub status: u16,
    /// `Retry-After` (RFC 9110 §10.2.3), where it could be read.
    pub retry_after: Option<Millis>,
    /// The body.
    pub body: Body,
}

/// What the body of an answer was.
#[derive(Clone, Debug)]
pub enum Body {
    /// A JSON object.
    Members(Members),
    /// Anything else: HTML, an array, nothing at all, too much to be read.
    NotMembers,
    /// The connection was cut before its end.
    Cut,
}

/// What was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// To sign a user in.
    SignIn,
    /// To make a visitor.
    Guest,
    /// To refresh.
    Refresh,
}

/// The parameters of an access token response (RFC 6749 §5.1).
#[derive(Clone, Debug)]
pub struct Granted {
    /// `access_token`
    pub access_token: AccessToken,
    /// `refresh_token`
    pub refresh_token: Option<RefreshToken>,
    /// `scope`
    pub scope: Option<String>,
    /// `expires_in`
    pub life: Life,
}

/// What an outcome means.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// Here are the tokens.
    Granted(Granted),
    /// The server says that the refresh token is dead.
    RefreshTokenDead(Error),
    /// Nothing is known about the session; keep it.
    Failed(Error),
}

/// Judges how an exchange ended.
pub fn judge(server: &ServerProfile, asked: Asked, outcome: &Outcome) -> Verdict {
    match outcome {
        Outcome::NoAnswer => Verdict::Failed(Error::new(Code::Network)),
        Outcome::Answer(answer) => judge_answer(server, asked, answer),
    }
}

fn judge_answer(server: &ServerProfile, asked: Asked, answer: &Answer) -> Verdict {
    let members = match &answer.body {
        Body::Members(members) => members,
        Body::NotMembers => return Verdict::Failed(not_oauth(answer)),
        Body::Cut => return Verdict::Failed(problem(Code::Network, None, answer).into()),
    };
    match members.text("error") {
        None if (200..300).contains(&answer.status) => match granted(members) {
            Ok(granted) => Verdict::Granted(granted),
            Err(detail) => Verdict::Failed(problem(Code::InvalidAnswer, Some(detail), answer).into()),
        },
        None => Verdict::Failed(not_oauth(answer)),
        Some(error) => refused(server, asked, answer, members, error),
    }
}

/// An error response (RFC 6749 §5.2). `error` decides first, the status second: servers do not
/// agree on the status.
fn refused(server: &ServerProfile, asked: Asked, answer: &Answer, members: &Members, error: &str) -> Verdict {
    let fits = |rules: &[ErrorRule]| rules.iter().any(|rule| rule.fits(answer.status, error));
    let says = |code| Problem { oauth: Some(oauth_error(members)), ..problem(code, None, answer) }.into();
    if let Some(code) = patience(answer.status) {
        return Verdict::Failed(says(code));
    }
    match asked {
        Asked::Refresh if fits(server.dead_refresh_token) => {
            Verdict::RefreshTokenDead(says(Code::LoginRequired))
        }
        Asked::SignIn if fits(server.wrong_credentials) => Verdict::Failed(says(Code::InvalidCredentials)),
        Asked::Refresh | Asked::SignIn | Asked::Guest => Verdict::Failed(says(code_of(error))),
    }
}

/// The statuses that ask to come again, whatever the body says.
fn patience(status: u16) -> Option<Code> {
    match status {
        429 => Some(Code::RateLimited),
        408 | 500.. => Some(Code::ServerUnavailable),
        _ => None,
    }
}

fn code_of(error: &str) -> Code {
    match error {
        "server_error" | "temporarily_unavailable" => Code::ServerUnavailable,
        _ => Code::ClientRejected,
    }
}

fn not_oauth(answer: &Answer) -> Error {
    let code = patience(answer.status).unwrap_or(Code::InvalidAnswer);
    let redirects = matches!(answer.status, 0 | 300..400);
    problem(code, redirects.then_some("a redirect is not followed"), answer).into()
}

fn problem(code: Code, detail: Option<&'static str>, answer: &Answer) -> Problem {
    let detail = detail.map(Rc::from);
    Problem { code, detail, status: Some(answer.status), retry_after: answer.retry_after, oauth: None }
}

fn oauth_error(members: &Members) -> OAuthError {
    let text = |name| members.text(name).map(str::to_owned);
    OAuthError {
        error: text("error"),
        error_description: text("error_description"),
        error_uri: text("error_uri"),
        hint: text("hint"),
    }
}

fn granted(members: &Members) -> Result<Granted, &'static str> {
    let access_token = members.text("access_token").and_then(AccessToken::parse).ok_or("no access_token")?;
    // §7.1: a token whose type is not understood must not be used.
    if members.text("token_type").is_some_and(|kind| !kind.eq_ignore_ascii_case("bearer")) {
        return Err("token_type is not Bearer");
    }
    let refresh_token = members.text("refresh_token").filter(|token| !token.is_empty());
    Ok(Granted {
        access_token,
        refresh_token: refresh_token.map(RefreshToken::new),
        scope: members.text("scope").map(str::to_owned),
        life: members.get("expires_in").map_or(Life::Unknown, life),
    })
}

/// `expires_in`, as servers write it: a number, a number in a string, or nothing of use.
fn life(value: &Value) -> Life {
    match value {
        Value::Number(secs) => Life::Of(Millis::from_secs_f64(*secs)),
        Value::Text(text) => whole_seconds(text).map_or(Life::Unknown, Life::Of),
        Value::Null | Value::Bool(_) | Value::Other => Life::Unknown,
    }
}

/// The whole seconds of a number in a string: less than nothing is nothing.
fn whole_seconds(text: &str) -> Option<Millis> {
    let (text, negative) = text.strip_prefix('-').map_or((text, false), |digits| (digits, true));
    let whole = text.split_once('.').map_or(text, |(whole, _)| whole);
    if negative { digits(whole).map(|_| Millis::ZERO) } else { digits(whole).map(Millis::from_secs) }
}

/// A number of digits only, at most [`u64::MAX`].
fn digits(text: &str) -> Option<u64> {
    if text.is_empty() {
        return None;
    }
    text.bytes().try_fold(0u64, |number, byte| {
        let digit = byte.is_ascii_digit().then(|| u64::from(byte - b'0'))?;
        Some(number.saturating_mul(10).saturating_add(digit))
    })
}
