//! The verdict on each result of an exchange.

use storefront_token_client::core::error::Code;
use storefront_token_client::core::grant::Grant;
use storefront_token_client::core::members::{Members, Value};
use storefront_token_client::core::response::{Body, ExchangeResult, Response};
use storefront_token_client::core::server::ServerProfile;
use storefront_token_client::core::time::{Lifetime, Millis};
use storefront_token_client::core::verdict::{Verdict, judge};

use crate::requests::{password, refresh};

pub fn profile(text: &str) -> ServerProfile {
    ServerProfile::read(text).unwrap()
}

pub fn sign_in() -> Grant {
    password("anna", "pass:word", Some("gu.e.st"))
}

pub fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

pub fn json(status: u16, members: &[(&str, Value)]) -> ExchangeResult {
    let mut object = Members::new();
    for (name, value) in members {
        object.push(name, value.clone());
    }
    ExchangeResult::Response(Response::new(status, Body::Members(object)))
}

fn error_response(status: u16, error: &str) -> ExchangeResult {
    json(status, &[("error", text(error)), ("error_description", text("why")), ("hint", text("how"))])
}

pub fn page(status: u16) -> ExchangeResult {
    ExchangeResult::Response(Response {
        retry_after: Some(Millis::from_secs(7)),
        ..Response::new(status, Body::Text(String::from("<!doctype html>")))
    })
}

fn cut(status: u16) -> ExchangeResult {
    ExchangeResult::Response(Response::new(status, Body::Cut))
}

/// The consequence of a verdict for the session.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Meaning {
    Granted,
    /// The refresh token was rejected.
    Ended,
    /// The refresh was refused. If the server says so again, the refresh token counts as rejected.
    Refused(Code),
    /// The exchange failed in a way that proves nothing.
    Kept(Code),
}

pub fn verdict(server: &str, grant: &Grant, result: &ExchangeResult) -> Meaning {
    match judge(&profile(server), grant, result) {
        Verdict::Granted(_) => Meaning::Granted,
        Verdict::RefreshTokenRejected(error) => {
            assert_eq!(error.code, Code::LoginRequired);
            Meaning::Ended
        }
        Verdict::RefreshRefused(error) => Meaning::Refused(error.code),
        Verdict::Failed(error) => Meaning::Kept(error.code),
    }
}

#[test]
fn a_refused_refresh_means_to_each_dialect_what_its_row_says() {
    use Code::{ClientRejected, RateLimited, ServerUnavailable};
    use Meaning::{Ended, Kept, Refused};
    let rows = [
        // status, error, RFC 6749, Oro
        (400, "invalid_grant", Ended, Ended),
        (401, "invalid_grant", Ended, Ended),
        (403, "invalid_grant", Ended, Ended),
        (401, "invalid_request", Refused(ClientRejected), Ended),
        (400, "invalid_request", Refused(ClientRejected), Kept(ClientRejected)),
        (403, "invalid_token", Refused(ClientRejected), Kept(ClientRejected)),
        (404, "invalid_request", Kept(ClientRejected), Kept(ClientRejected)),
        (400, "invalid_client", Kept(ClientRejected), Kept(ClientRejected)),
        (401, "invalid_client", Kept(ClientRejected), Kept(ClientRejected)),
        (400, "unauthorized_client", Kept(ClientRejected), Kept(ClientRejected)),
        (400, "unsupported_grant_type", Kept(ClientRejected), Kept(ClientRejected)),
        (400, "invalid_scope", Kept(ClientRejected), Kept(ClientRejected)),
        (404, "not_available", Kept(ClientRejected), Kept(ClientRejected)),
        (401, "invalid_credentials", Kept(ClientRejected), Kept(ClientRejected)),
        (400, "temporarily_unavailable", Kept(ServerUnavailable), Kept(ServerUnavailable)),
        (400, "server_error", Kept(ServerUnavailable), Kept(ServerUnavailable)),
        (500, "server_error", Kept(ServerUnavailable), Kept(ServerUnavailable)),
        // A status that asks for a later attempt outweighs the body.
        (500, "invalid_grant", Kept(ServerUnavailable), Kept(ServerUnavailable)),
        (503, "invalid_grant", Kept(ServerUnavailable), Kept(ServerUnavailable)),
        (408, "invalid_grant", Kept(ServerUnavailable), Kept(ServerUnavailable)),
        (429, "invalid_grant", Kept(RateLimited), Kept(RateLimited)),
        (400, "INVALID_GRANT", Kept(ClientRejected), Kept(ClientRejected)),
    ];
    for (status, error, oauth2, oro) in rows {
        assert_eq!(
            verdict("oauth2", &refresh("the-token"), &error_response(status, error)),
            oauth2,
            "{status} {error}"
        );
        assert_eq!(
            verdict("oro", &refresh("the-token"), &error_response(status, error)),
            oro,
            "{status} {error}, Oro"
        );
    }
}

#[test]
fn a_refused_sign_in_never_ends_a_session() {
    use Code::{ClientRejected, InvalidCredentials};
    let rows = [
        (400, "invalid_grant", InvalidCredentials, InvalidCredentials),
        (401, "invalid_grant", InvalidCredentials, InvalidCredentials),
        (401, "invalid_credentials", ClientRejected, InvalidCredentials),
        (401, "invalid_request", ClientRejected, ClientRejected),
        (401, "invalid_client", ClientRejected, ClientRejected),
    ];
    for (status, error, oauth2, oro) in rows {
        let result = error_response(status, error);
        assert_eq!(verdict("oauth2", &sign_in(), &result), Meaning::Kept(oauth2), "{status} {error}");
        assert_eq!(verdict("oro", &sign_in(), &result), Meaning::Kept(oro), "{status} {error}, Oro");
        for server in ["oauth2", "oro"] {
            assert_eq!(
                verdict(server, &Grant::Guest(None), &result),
                Meaning::Kept(ClientRejected),
                "a guest"
            );
        }
    }
}

#[test]
fn a_response_that_oauth_does_not_define_keeps_the_session() {
    use Code::{InvalidAnswer, Network, RateLimited, ServerUnavailable};
    let rows = [
        (ExchangeResult::NoResponse, Network),
        (cut(200), Network),
        (cut(401), Network),
        (page(0), InvalidAnswer),
        (page(200), InvalidAnswer),
        (page(204), InvalidAnswer),
        (page(302), InvalidAnswer),
        (page(400), InvalidAnswer),
        (page(401), InvalidAnswer),
        (page(403), InvalidAnswer),
        (page(404), InvalidAnswer),
        (page(408), ServerUnavailable),
        (page(429), RateLimited),
        (page(500), ServerUnavailable),
        (page(599), ServerUnavailable),
        (json(200, &[]), InvalidAnswer),
        (json(400, &[]), InvalidAnswer),
        (json(401, &[("message", text("Unauthorized"))]), InvalidAnswer),
        (json(400, &[("error", Value::Null)]), InvalidAnswer),
        (json(401, &[("error", Value::Number(401.0))]), InvalidAnswer),
        (json(400, &[("access_token", text("t"))]), InvalidAnswer),
    ];
    for server in ["oauth2", "oro"] {
        for grant in [&refresh("the-token"), &sign_in(), &Grant::Guest(None)] {
            for (result, code) in &rows {
                assert_eq!(verdict(server, grant, result), Meaning::Kept(*code), "{result:?}");
            }
        }
    }
}

#[test]
fn an_error_has_the_words_of_the_server() {
    let Verdict::Failed(error) =
        judge(&profile("oauth2"), &refresh("the-token"), &error_response(400, "invalid_scope"))
    else {
        panic!()
    };
    let oauth = error.oauth.as_ref().unwrap();
    assert_eq!((error.status, oauth.error.as_deref()), (Some(400), Some("invalid_scope")));
    assert_eq!((oauth.error_description.as_deref(), oauth.hint.as_deref()), (Some("why"), Some("how")));
    let Verdict::Failed(error) = judge(&profile("oauth2"), &refresh("the-token"), &page(503)) else {
        panic!()
    };
    assert_eq!(error.retry_after, Some(Millis::from_secs(7)));
}

fn with(name: &'static str, value: Value) -> ExchangeResult {
    json(200, &[("access_token", text("token")), (name, value)])
}

#[test]
fn an_access_token_must_fit_a_header() {
    let unfit = [
        text(""),
        text("a b"),
        text("a\r\nX-Evil: 1"),
        text("a\0"),
        text("é"),
        Value::Null,
        Value::Number(7.0),
        Value::Other,
    ];
    for value in unfit {
        let result = with("access_token", value);
        assert_eq!(
            verdict("oauth2", &refresh("the-token"), &result),
            Meaning::Kept(Code::InvalidAnswer),
            "{result:?}"
        );
    }
}

#[test]
fn a_token_type_that_is_not_bearer_is_not_used() {
    let rows = [
        ("Bearer", true),
        ("bearer", true),
        ("BEARER", true),
        ("mac", false),
        ("SessionTransfer", false),
        ("", false),
    ];
    for (kind, granted) in rows {
        let meaning = verdict("oauth2", &refresh("the-token"), &with("token_type", text(kind)));
        assert_eq!(meaning == Meaning::Granted, granted, "{kind}");
    }
    assert_eq!(verdict("oauth2", &refresh("the-token"), &with("token_type", Value::Null)), Meaning::Granted);
}

#[test]
fn a_lifetime_is_read_from_a_number_or_digits_and_is_otherwise_unknown() {
    let secs = |secs| Lifetime::Known(Millis::from_secs(secs));
    let rows = [
        (Value::Number(3600.0), secs(3600)),
        (Value::Number(0.0), secs(0)),
        (Value::Number(-5.0), secs(0)),
        (Value::Number(1.5), Lifetime::Known(Millis::new(1500))),
        (Value::Number(1e300), Lifetime::Known(Millis::MAX)),
        (Value::Number(9_223_372_036_854_775_807.0), Lifetime::Known(Millis::MAX)),
        (Value::Number(f64::NAN), secs(0)),
        (Value::Number(f64::INFINITY), Lifetime::Known(Millis::MAX)),
        (text("3600"), secs(3600)),
        (text("0"), secs(0)),
        (text("-5"), secs(0)),
        (text("1.5"), secs(1)),
        (text("9223372036854775807"), Lifetime::Known(Millis::MAX)),
        (text("99999999999999999999999999"), Lifetime::Known(Millis::MAX)),
        (text(""), Lifetime::Unknown),
        (text("-"), Lifetime::Unknown),
        (text("soon"), Lifetime::Unknown),
        (text("1e3"), Lifetime::Unknown),
        (Value::Null, Lifetime::Unknown),
        (Value::Other, Lifetime::Unknown),
    ];
    for (value, lifetime) in rows {
        let result = with("expires_in", value.clone());
        let Verdict::Granted(granted) = judge(&profile("oauth2"), &Grant::Guest(None), &result) else {
            panic!("{result:?}")
        };
        let shown = match value {
            Value::Number(number) => number.to_string(),
            Value::Text(text) => text,
            _ => String::from("another kind"),
        };
        assert_eq!(granted.lifetime, lifetime, "{shown:?}");
    }
}

#[test]
fn an_empty_refresh_token_is_none() {
    for value in [text(""), Value::Null, Value::Number(1.0), Value::Other] {
        let result = with("refresh_token", value);
        let Verdict::Granted(granted) = judge(&profile("oro"), &refresh("the-token"), &result) else {
            panic!("{result:?}")
        };
        assert!(granted.refresh_token.is_none());
    }
    let Verdict::Granted(granted) =
        judge(&profile("oro"), &refresh("the-token"), &with("refresh_token", text("r")))
    else {
        panic!()
    };
    assert_eq!(granted.refresh_token.as_ref().map(|token| token.expose()), Some("r"));
}

#[test]
fn of_two_members_with_one_name_the_last_counts() {
    let result = json(200, &[("access_token", text("first")), ("access_token", text("last"))]);
    let Verdict::Granted(granted) = judge(&profile("oauth2"), &Grant::Guest(None), &result) else { panic!() };
    assert_eq!(granted.access_token.expose(), "last");
}

#[test]
fn a_rule_holds_for_a_whole_number_of_the_response() {
    let server = profile("oauth2\nerrors mfa_required code=50076");
    let code = |value| match judge(&server, &sign_in(), &json(400, &[("code", value)])) {
        Verdict::Failed(error) => error.code,
        verdict => panic!("{verdict:?}"),
    };
    assert_eq!(code(Value::Number(50076.0)), Code::MfaRequired);
    assert_eq!(code(text("50076")), Code::MfaRequired);
    for other in [Value::Number(50077.0), Value::Number(50076.5), Value::Other, Value::Null] {
        assert_eq!(code(other.clone()), Code::InvalidAnswer, "{other:?}");
    }
}

#[test]
fn a_rule_for_a_missing_member_does_not_match_a_number() {
    let server = profile("oauth2\nerrors login_required status=401\tcode=");
    let is_rejected = |members: &[(&str, Value)]| {
        matches!(judge(&server, &refresh("t"), &json(401, members)), Verdict::RefreshTokenRejected(_))
    };
    assert!(is_rejected(&[]));
    assert!(is_rejected(&[("code", Value::Null)]));
    for present in [Value::Number(0.0), Value::Number(7.0), text("x")] {
        assert!(!is_rejected(&[("code", present)]));
    }
}
