//! A response of the token endpoint, and the verdict on it (RFC 6749 §5.1, §5.2).
//!
//! A refresh token counts as rejected if an OAuth error response says so, or if the server repeats a
//! [`Verdict::RefreshRefused`]. Everything else that can happen is a [`Verdict::Failed`], which keeps the
//! session.

use std::rc::Rc;

use super::error::{Code, Error, OAuthError, Problem};
use super::grant::{Grant, GrantKind};
use super::members::{Members, Value};
use super::server::ServerProfile;
use super::text::split_at_byte;
use super::time::{Lifetime, Millis};
use super::token::{AccessToken, RefreshToken};

/// A server that asks for a longer wait is asked again after this time.
const LONGEST_RETRY_AFTER: Millis = Millis::from_secs(3600);

/// How an exchange ended.
#[derive(Clone, Debug)]
pub enum ExchangeResult {
    /// With a response.
    Response(Response),
    /// Without one: offline, blocked by CORS, or aborted. The host cannot tell these apart.
    NoResponse,
}

impl ExchangeResult {
    /// Whether there was a response with a status of success, whatever its body is.
    pub(super) fn is_success(&self) -> bool {
        matches!(self, ExchangeResult::Response(response) if (200..300).contains(&response.status))
    }
}

/// An HTTP response.
#[derive(Clone, Debug)]
pub struct Response {
    /// The HTTP status; 0 for a redirect whose status the browser hides.
    pub status: u16,
    /// `Retry-After` (RFC 9110 §10.2.3), if it is readable.
    pub retry_after: Option<Millis>,
    /// The media type, in lower case and without parameters.
    pub content_type: String,
    /// The body.
    pub body: Body,
    /// The names of the members that repeat a secret of the request, encoded or not. They count for the verdict,
    /// and no error shows them.
    pub repeating: Vec<String>,
}

impl Response {
    /// The members of a successful response.
    pub(super) fn success(members: Members) -> Response {
        Response::new(200, Body::Members(members))
    }

    /// A response with the media type `application/json`.
    pub fn new(status: u16, body: Body) -> Response {
        let content_type = String::from("application/json");
        Response { status, retry_after: None, content_type, body, repeating: Vec::new() }
    }

    fn repeats_secret_in(&self, name: &str) -> bool {
        self.repeating.iter().any(|repeating| repeating == name)
    }
}

/// The body of a response.
#[derive(Clone, Debug)]
pub enum Body {
    /// A JSON object.
    Members(Members),
    /// Anything else, such as HTML, a JSON array, or nothing. The text may be shortened.
    Text(String),
    /// The connection was closed before the end of the body.
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
    /// `refresh_expires_in`, which no RFC defines: the lifetime of the refresh token
    pub refresh_lifetime: Option<Millis>,
}

/// What the end of an exchange means.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// The server granted tokens.
    Granted(Granted),
    /// The server rejected the refresh token.
    RefreshTokenRejected(Error),
    /// The server refused a refresh, and names neither the client nor itself as the cause. If it has granted
    /// tokens for the same profile and secret before, the refresh token is probably the cause; a proxy that
    /// removes bodies is another.
    RefreshRefused(Error),
    /// The exchange failed, and this says nothing about the session.
    Failed(Error),
}

impl Verdict {
    /// Whether the server has accepted the client: it granted tokens, or its objection is about the user.
    pub(super) fn accepts_client(&self) -> bool {
        match self {
            Verdict::Granted(_) => true,
            Verdict::Failed(error) => {
                matches!(error.code, Code::InvalidCredentials | Code::AccountLocked | Code::MfaRequired)
            }
            Verdict::RefreshTokenRejected(_) | Verdict::RefreshRefused(_) => false,
        }
    }
}

/// Judges how an exchange of this grant ended.
pub fn judge(server: &ServerProfile, grant: &Grant, result: &ExchangeResult) -> Verdict {
    let response = match result {
        ExchangeResult::NoResponse => return Verdict::Failed(Error::new(Code::Network)),
        ExchangeResult::Response(response) => response,
    };
    if matches!(response.body, Body::Cut) {
        return Verdict::Failed(problem(Code::Network, None, response).into());
    }
    let reader = ResponseReader { server, response };
    if reader.is_error() {
        return reader.error_response(grant);
    }
    match reader.granted() {
        Ok(granted) => Verdict::Granted(granted),
        Err(detail) => Verdict::Failed(problem(Code::InvalidAnswer, Some(detail), response).into()),
    }
}

/// The tokens of a successful response (RFC 6749 §5.1), or what is wrong with it.
pub(super) fn read_granted(server: &ServerProfile, response: &Response) -> Result<Granted, &'static str> {
    ResponseReader { server, response }.granted()
}

/// The error codes for which a profile may have rules, with the grants to which the rules apply. The
/// first match counts, so the codes that keep the session come first.
const RULE_ORDER: [(Code, Option<GrantKind>); 6] = [
    (Code::ServerUnavailable, None),
    (Code::ClientRejected, None),
    (Code::AccountLocked, Some(GrantKind::SignIn)),
    (Code::MfaRequired, Some(GrantKind::SignIn)),
    (Code::InvalidCredentials, Some(GrantKind::SignIn)),
    (Code::LoginRequired, Some(GrantKind::Refresh)),
];

/// The tokens of a response (RFC 6749 §5.1, `OpenID` Connect), and the texts of [`OAuthError`].
const STANDARD_MEMBERS: [&str; 7] =
    ["access_token", "refresh_token", "id_token", "error", "error_description", "error_uri", "hint"];

/// Reads a response with the names of the server's profile.
struct ResponseReader<'a> {
    server: &'a ServerProfile,
    response: &'a Response,
}

impl ResponseReader<'_> {
    fn is_error(&self) -> bool {
        let success = (200..300).contains(&self.response.status) && self.body_text().is_none();
        !success || self.text("error").is_some()
    }

    /// The body, if it is not a JSON object.
    fn body_text(&self) -> Option<&str> {
        if let Body::Text(text) = &self.response.body { Some(text) } else { None }
    }

    /// The member with this name, or with another name that the server uses for it: its own name and its value.
    fn member_and_name<'n>(&'n self, name: &'n str) -> Option<(&'n str, &'n Value)> {
        let Body::Members(members) = &self.response.body else { return None };
        let mut found =
            members.get(name).filter(|value| !matches!(value, Value::Null)).map(|value| (name, value));
        if found.is_none() {
            self.server.any_member_name(name, &mut |other| {
                found = members.get(other).map(|value| (other, value));
                found.is_some()
            });
        }
        found
    }

    fn member<'n>(&'n self, name: &'n str) -> Option<&'n Value> {
        self.member_and_name(name).map(|(_, value)| value)
    }

    fn text<'n>(&'n self, name: &'n str) -> Option<&'n str> {
        self.member(name)?.text()
    }

    /// The verdict on an error response (RFC 6749 §5.2). The rules decide, mainly by `error`, since
    /// servers disagree on the status. An error that no rule matches keeps the session.
    fn error_response(&self, grant: &Grant) -> Verdict {
        let applies = |only: Option<GrantKind>| only.is_none_or(|only| only == grant.kind());
        let ruled = RULE_ORDER.into_iter().find(|(code, only)| applies(*only) && self.has_rule_for(*code));
        let known = retryable_status(self.response.status).or(ruled.map(|(code, _)| code));
        let Some(code) = known.or_else(|| self.text("error").map(|_| Code::ClientRejected)) else {
            return Verdict::Failed(not_oauth(self.response));
        };
        let oauth = self.body_text().is_none().then(|| {
            let mut oauth = self.oauth_error();
            if code == Code::MfaRequired {
                oauth.parameters = self.other_texts();
            }
            Rc::new(oauth)
        });
        let error = Problem { oauth, ..problem(code, None, self.response) }.into();
        let refused = grant.kind() == GrantKind::Refresh && ruled.is_none() && self.may_be_rejection();
        if code != Code::LoginRequired {
            if refused { Verdict::RefreshRefused(error) } else { Verdict::Failed(error) }
        } else if self.body_text().is_some() {
            // Such a server may say the same of a wrong client secret.
            Verdict::RefreshRefused(not_oauth(self.response))
        } else {
            Verdict::RefreshTokenRejected(error)
        }
    }

    /// Whether the response may reject the refresh token although it is not `invalid_grant`. It may not if the
    /// profile says how the server rejects one.
    fn may_be_rejection(&self) -> bool {
        matches!(self.response.status, 400 | 401 | 403)
            && self.text("error").is_some_and(|error| error == "invalid_request" || names_token(error))
            && !self.server.has_own_rejection_rule()
    }

    fn has_rule_for(&self, code: Code) -> bool {
        self.server.any_rule(code.as_str(), &mut |rule| self.rule_matches(rule))
    }

    fn rule_matches(&self, mut rule: &str) -> bool {
        let body = self.body_text();
        // A proxy can send any status with a text of its own, so the rule must name the text.
        let mut names_body = body.is_none();
        loop {
            let (condition, more) = split_at_byte(rule, b'\t');
            let (name, value) = split_at_byte(condition, b'=');
            let holds = match name {
                // A rule without a condition proves nothing.
                "" => false,
                "status" => digits(value) == Some(self.response.status.into()),
                "contentType" => self.response.content_type == value,
                "body" => {
                    names_body = true;
                    body == Some(value)
                }
                _ => self.text(name).unwrap_or_default() == value,
            };
            if !holds || more.is_empty() {
                return holds && names_body;
            }
            rule = more;
        }
    }

    /// The server's texts, except those that repeat a secret of the request.
    fn oauth_error(&self) -> OAuthError {
        let text = |name| {
            let (own_name, value) = self.member_and_name(name)?;
            value.text().filter(|_| !self.response.repeats_secret_in(own_name)).map(str::to_owned)
        };
        OAuthError {
            error: text("error"),
            error_description: text("error_description"),
            error_uri: text("error_uri"),
            hint: text("hint"),
            parameters: Members::new(),
        }
    }

    /// The strings for which this crate has no use, except those that repeat a secret of the request. The
    /// application needs them for the next step, such as `mfa_token`.
    fn other_texts(&self) -> Members {
        let mut texts = Members::new();
        let Body::Members(members) = &self.response.body else { return texts };
        for (name, value) in members.iter().filter(|(name, _)| !self.is_standard(name)) {
            texts.push_text(name, value.text().filter(|_| !self.response.repeats_secret_in(name)));
        }
        texts
    }

    fn is_standard(&self, name: &str) -> bool {
        STANDARD_MEMBERS.iter().any(|standard| {
            *standard == name || self.server.any_member_name(standard, &mut |other| other == name)
        })
    }

    fn granted(&self) -> Result<Granted, &'static str> {
        let access_token = self.text("access_token").and_then(AccessToken::parse).ok_or("no access_token")?;
        // RFC 6749 §7.1: a client must not use a token of a type that it does not understand.
        if self.text("token_type").is_some_and(|kind| !kind.eq_ignore_ascii_case("bearer")) {
            return Err("token_type is not Bearer");
        }
        let refresh_token = self.text("refresh_token").filter(|token| !token.is_empty());
        // Keycloak sends 0 for a token that does not expire, and has sent negative numbers.
        let refresh_lifetime =
            self.lifetime("refresh_expires_in").filter(|lifetime| *lifetime > Millis::ZERO);
        Ok(Granted {
            access_token,
            refresh_token: refresh_token.map(RefreshToken::new),
            scope: self.text("scope").map(str::to_owned),
            lifetime: self.lifetime("expires_in").map_or(Lifetime::Unknown, Lifetime::Known),
            refresh_lifetime,
        })
    }

    /// A number of seconds, which some servers send as a string.
    fn lifetime(&self, name: &str) -> Option<Millis> {
        match self.member(name)? {
            Value::Number(secs) => Some(Millis::from_secs_f64(*secs)),
            Value::Text(text) => whole_seconds(text),
            Value::Null | Value::Other => None,
        }
    }
}

/// Whether the error is about a token, such as `token_inactive`.
fn names_token(error: &str) -> bool {
    error.as_bytes().windows(5).any(|word| word.eq_ignore_ascii_case(b"token"))
}

/// The error code of a status that asks the client to try again later, whatever the body says.
fn retryable_status(status: u16) -> Option<Code> {
    match status {
        429 => Some(Code::RateLimited),
        408 | 500.. => Some(Code::ServerUnavailable),
        _ => None,
    }
}

fn not_oauth(response: &Response) -> Error {
    let code = retryable_status(response.status).unwrap_or(Code::InvalidAnswer);
    let redirects = matches!(response.status, 0 | 300..400);
    problem(code, redirects.then_some("a redirect is not followed"), response).into()
}

fn problem(code: Code, detail: Option<&'static str>, response: &Response) -> Problem {
    let detail = detail.map(str::to_owned);
    let retry_after = response.retry_after.map(|wait| wait.min(LONGEST_RETRY_AFTER));
    Problem { code, detail, status: Some(response.status), retry_after, oauth: None }
}

/// Reads a decimal number of seconds, without its fraction. A negative number counts as zero.
fn whole_seconds(text: &str) -> Option<Millis> {
    let (text, negative) = text.strip_prefix('-').map_or((text, false), |digits| (digits, true));
    let (whole, _) = split_at_byte(text, b'.');
    if negative { digits(whole).map(|_| Millis::ZERO) } else { digits(whole).map(Millis::from_secs) }
}

/// Reads a number that consists of digits only. A number above 2^60 becomes some number above 2^60.
fn digits(text: &str) -> Option<u64> {
    if text.is_empty() {
        return None;
    }
    text.bytes().try_fold(0u64, |number, byte| {
        let digit = byte.is_ascii_digit().then(|| u64::from(byte - b'0'))?;
        Some(number.min(1 << 60) * 10 + digit)
    })
}
