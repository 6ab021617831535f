//! An answer of the token endpoint, and the verdict on it (RFC 6749 §5.1, §5.2).
//!
//! A refresh token is dead only when the server says so in an OAuth answer. Whatever else comes
//! back, or does not, falls through to [`Verdict::Failed`], which keeps the session.

use std::rc::Rc;

use super::error::{Code, Error, OAuthError, Problem};
use super::grant::{Grant, GrantKind};
use super::members::{Members, Value};
use super::server::{ServerProfile, split_at_byte};
use super::time::{Lifetime, Millis};
use super::token::{AccessToken, RefreshToken};

/// How an exchange ended.
#[derive(Clone, Debug)]
pub enum ExchangeResult {
    /// With an answer.
    Response(Response),
    /// Without one: offline, refused by CORS, cut. The host can not tell them apart.
    NoResponse,
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Response {
    /// The HTTP status; 0 for a redirect that the browser does not show.
    pub status: u16,
    /// `Retry-After` (RFC 9110 §10.2.3), where it could be read.
    pub retry_after: Option<Millis>,
    /// The media type in lower case, without parameters.
    pub content_type: String,
    /// The body.
    pub body: Body,
}

impl Response {
    /// An answer in JSON.
    pub fn new(status: u16, body: Body) -> Response {
        Response { status, retry_after: None, content_type: String::from("application/json"), body }
    }
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
    pub lifetime: Lifetime,
}

/// What an outcome means.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// Here are the tokens.
    Granted(Granted),
    /// The server says that the refresh token is dead.
    RefreshTokenRejected(Error),
    /// Nothing is known about the session; keep it.
    Failed(Error),
}

/// Judges how an exchange of this grant ended.
pub fn judge(server: &ServerProfile, grant: &Grant, result: &ExchangeResult) -> Verdict {
    let answer = match result {
        ExchangeResult::NoResponse => return Verdict::Failed(Error::new(Code::Network)),
        ExchangeResult::Response(answer) => answer,
    };
    let members = match &answer.body {
        Body::Members(members) => members,
        Body::NotMembers => return Verdict::Failed(not_oauth(answer)),
        Body::Cut => return Verdict::Failed(problem(Code::Network, None, answer).into()),
    };
    let read = ResponseReader { server, answer, members };
    if read.text("error").is_some() || !(200..300).contains(&answer.status) {
        return read.error_response(grant);
    }
    match read.granted() {
        Ok(granted) => Verdict::Granted(granted),
        Err(detail) => Verdict::Failed(problem(Code::InvalidAnswer, Some(detail), answer).into()),
    }
}

/// What a rule of a profile may say, of an answer to what, and the order in which that is looked
/// for: first what keeps the session.
const RULE_ORDER: [(Code, Option<GrantKind>); 5] = [
    (Code::ServerUnavailable, None),
    (Code::ClientRejected, None),
    (Code::AccountLocked, Some(GrantKind::SignIn)),
    (Code::InvalidCredentials, Some(GrantKind::SignIn)),
    (Code::LoginRequired, Some(GrantKind::Refresh)),
];

/// An answer with members, read with a server's words.
struct ResponseReader<'a> {
    server: &'a ServerProfile,
    answer: &'a Response,
    members: &'a Members,
}

impl ResponseReader<'_> {
    /// The member of this name, or of another that the server has for it.
    fn member(&self, name: &str) -> Option<&Value> {
        let mut found = self.members.get(name).filter(|value| !matches!(value, Value::Null));
        if found.is_none() {
            self.server.values_match("names", name, &mut |other| {
                found = self.members.get(other);
                found.is_some()
            });
        }
        found
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.member(name)?.text()
    }

    /// An error response (RFC 6749 §5.2). The rules decide, by `error` first: servers do not agree
    /// on the status. What no rule knows keeps the session.
    fn error_response(&self, grant: &Grant) -> Verdict {
        let applies = |only: Option<GrantKind>| only.is_none_or(|only| only == grant.kind());
        let ruled = RULE_ORDER.into_iter().find(|(code, only)| applies(*only) && self.has_rule_for(*code));
        let known = retryable_status(self.answer.status).or(ruled.map(|(code, _)| code));
        let Some(code) = known.or_else(|| self.text("error").map(|_| Code::ClientRejected)) else {
            return Verdict::Failed(not_oauth(self.answer));
        };
        let oauth = Some(Rc::new(self.oauth_error(grant)));
        let error = Problem { oauth, ..problem(code, None, self.answer) }.into();
        if code == Code::LoginRequired {
            Verdict::RefreshTokenRejected(error)
        } else {
            Verdict::Failed(error)
        }
    }

    fn has_rule_for(&self, code: Code) -> bool {
        self.server.values_match("errors", code.as_str(), &mut |rule| self.rule_matches(rule))
    }

    fn rule_matches(&self, mut rule: &str) -> bool {
        loop {
            let (condition, more) = split_at_byte(rule, b'\t');
            let (name, value) = split_at_byte(condition, b'=');
            let holds = match name {
                // No condition, and no proof.
                "" => false,
                "status" => digits(value) == Some(self.answer.status.into()),
                "contentType" => self.answer.content_type == value,
                _ => self.text(name).unwrap_or_default() == value,
            };
            if !holds || more.is_empty() {
                return holds;
            }
            rule = more;
        }
    }

    /// The server's words, but those that repeat what must not be told.
    fn oauth_error(&self, grant: &Grant) -> OAuthError {
        let text = |name| self.text(name).filter(|text| !grant.appears_in(text)).map(str::to_owned);
        OAuthError {
            error: text("error"),
            error_description: text("error_description"),
            error_uri: text("error_uri"),
            hint: text("hint"),
        }
    }

    fn granted(&self) -> Result<Granted, &'static str> {
        let access_token = self.text("access_token").and_then(AccessToken::parse).ok_or("no access_token")?;
        // §7.1: a token whose type is not understood must not be used.
        if self.text("token_type").is_some_and(|kind| !kind.eq_ignore_ascii_case("bearer")) {
            return Err("token_type is not Bearer");
        }
        let refresh_token = self.text("refresh_token").filter(|token| !token.is_empty());
        Ok(Granted {
            access_token,
            refresh_token: refresh_token.map(RefreshToken::new),
            scope: self.text("scope").map(str::to_owned),
            lifetime: self.member("expires_in").and_then(lifetime).map_or(Lifetime::Unknown, Lifetime::Known),
        })
    }
}

/// The statuses that ask to come again, whatever the body says.
fn retryable_status(status: u16) -> Option<Code> {
    match status {
        429 => Some(Code::RateLimited),
        408 | 500.. => Some(Code::ServerUnavailable),
        _ => None,
    }
}

fn not_oauth(answer: &Response) -> Error {
    let code = retryable_status(answer.status).unwrap_or(Code::InvalidAnswer);
    let redirects = matches!(answer.status, 0 | 300..400);
    problem(code, redirects.then_some("a redirect is not followed"), answer).into()
}

fn problem(code: Code, detail: Option<&'static str>, answer: &Response) -> Problem {
    let detail = detail.map(str::to_owned);
    Problem { code, detail, status: Some(answer.status), retry_after: answer.retry_after, oauth: None }
}

/// `expires_in`, as servers write it: a number, a number in a string, or nothing of use.
fn lifetime(value: &Value) -> Option<Millis> {
    match value {
        Value::Number(secs) => Some(Millis::from_secs_f64(*secs)),
        Value::Text(text) => whole_seconds(text),
        Value::Null | Value::Other => None,
    }
}

/// The whole seconds of a number in a string: less than nothing is nothing.
fn whole_seconds(text: &str) -> Option<Millis> {
    let (text, negative) = text.strip_prefix('-').map_or((text, false), |digits| (digits, true));
    let (whole, _) = split_at_byte(text, b'.');
    if negative { digits(whole).map(|_| Millis::ZERO) } else { digits(whole).map(Millis::from_secs) }
}

/// A number of digits only. One beyond 2^60 is some other beyond it.
fn digits(text: &str) -> Option<u64> {
    if text.is_empty() {
        return None;
    }
    text.bytes().try_fold(0u64, |number, byte| {
        let digit = byte.is_ascii_digit().then(|| u64::from(byte - b'0'))?;
        Some(number.min(1 << 60) * 10 + digit)
    })
}
