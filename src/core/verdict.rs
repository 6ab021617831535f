//! The verdict on the end of an exchange (RFC 6749 §5.1, §5.2).
//!
//! A refresh token counts as rejected if an OAuth error response says so, or if the server repeats a
//! [`Verdict::RefreshRefused`]. Everything else that can happen is a [`Verdict::Failed`], which keeps the
//! session.

use std::rc::Rc;

use super::error::{Code, Error, Problem};
use super::grant::{Grant, GrantKind};
use super::granted::Granted;
use super::members::Value;
use super::response::{Body, ExchangeResult, Response};
use super::response_reader::ResponseReader;
use super::server::ServerProfile;
use super::text::{digits, split_at_byte};
use super::time::Millis;

/// A server that asks for a longer wait is asked again after this time.
const LONGEST_RETRY_AFTER: Millis = Millis::from_secs(3600);

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

/// What the end of an exchange means.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// The server granted tokens.
    Granted(Granted),
    /// The server rejected the refresh token.
    RefreshTokenRejected(Error),
    /// The server refused a refresh, and names neither the client nor itself as the cause. If it has granted
    /// tokens for the same profile and secret before, the refresh token is probably the cause. A proxy that
    /// removes bodies may be the cause, too.
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
        return error_response(&reader, grant);
    }
    match Granted::read(&reader) {
        Ok(granted) => Verdict::Granted(granted),
        Err(detail) => Verdict::Failed(problem(Code::InvalidAnswer, Some(detail), response).into()),
    }
}

/// The verdict on an error response (RFC 6749 §5.2). The rules decide, mainly by `error`, since servers disagree on the
/// status. An error that no rule matches keeps the session, unless it may be a rejection ([`may_be_rejection`]) and the
/// server repeats it.
fn error_response(reader: &ResponseReader<'_>, grant: &Grant) -> Verdict {
    let response = reader.response;
    let applies = |only: Option<GrantKind>| only.is_none_or(|only| only == grant.kind());
    let code_by_rules = RULE_ORDER
        .into_iter()
        .find(|(code, only)| applies(*only) && has_rule_for(reader, *code))
        .map(|(code, _)| code);
    // An error that no rule knows is most often about the client.
    let by_default = || reader.text("error").map(|_| Code::ClientRejected);
    let Some(code) = retryable_status(response.status).or(code_by_rules).or_else(by_default) else {
        return Verdict::Failed(not_oauth(response));
    };
    let oauth = reader.body_text().is_none().then(|| {
        let mut oauth = reader.oauth_error();
        if code == Code::MfaRequired {
            oauth.parameters = reader.other_texts();
        }
        Rc::new(oauth)
    });
    let error = Problem { oauth, ..problem(code, None, response) }.into();
    let may_reject_token =
        grant.kind() == GrantKind::Refresh && code_by_rules.is_none() && may_be_rejection(reader);
    if code != Code::LoginRequired {
        if may_reject_token { Verdict::RefreshRefused(error) } else { Verdict::Failed(error) }
    } else if reader.body_text().is_some() {
        // A server that responds with text may send the same text for a wrong client secret.
        Verdict::RefreshRefused(not_oauth(response))
    } else {
        Verdict::RefreshTokenRejected(error)
    }
}

/// Whether the response may reject the refresh token although it is not `invalid_grant`. It may not if the profile says
/// how the server rejects one.
fn may_be_rejection(reader: &ResponseReader<'_>) -> bool {
    matches!(reader.response.status, 400 | 401 | 403)
        && reader.text("error").is_some_and(|error| error == "invalid_request" || names_token(error))
        && !reader.server.has_own_rejection_rule()
}

fn has_rule_for(reader: &ResponseReader<'_>, code: Code) -> bool {
    reader.server.any_rule(code.as_str(), &mut |rule| rule_matches(reader, rule))
}

fn rule_matches(reader: &ResponseReader<'_>, mut rule: &str) -> bool {
    let body = reader.body_text();
    // A proxy can send any status with a text of its own, so the rule must name the text.
    let mut names_body = body.is_none();
    loop {
        let (condition, more) = split_at_byte(rule, b'\t');
        let (name, value) = split_at_byte(condition, b'=');
        let holds = match name {
            // A rule without a condition proves nothing.
            "" => false,
            "status" => digits(value) == Some(reader.response.status.into()),
            "contentType" => reader.response.content_type == value,
            "body" => {
                names_body = true;
                body == Some(value)
            }
            _ => match reader.member(name) {
                Some(Value::Number(number)) => whole_number(value) == Some(*number),
                member => member.and_then(Value::text).unwrap_or_default() == value,
            },
        };
        if !holds || more.is_empty() {
            return holds && names_body;
        }
        rule = more;
    }
}

/// The number that a rule has in digits.
fn whole_number(text: &str) -> Option<f64> {
    u32::try_from(digits(text)?).ok().map(f64::from)
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
    let detail = match (code, response.status) {
        (_, 0 | 300..400) => Some("a redirect is not followed"),
        (Code::InvalidAnswer, _) => Some("is the path right?"),
        _ => None,
    };
    problem(code, detail, response).into()
}

fn problem(code: Code, detail: Option<&'static str>, response: &Response) -> Problem {
    let detail = detail.map(str::to_owned);
    let retry_after = response.retry_after.map(|wait| wait.min(LONGEST_RETRY_AFTER));
    Problem { code, detail, status: Some(response.status), retry_after, oauth: None }
}
