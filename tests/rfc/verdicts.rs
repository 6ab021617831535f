//! The verdicts on what comes in.

use storefront_token_client::core::error::Code;
use storefront_token_client::core::grant::Grant;
use storefront_token_client::core::members::{Members, Value};
use storefront_token_client::core::response::{Body, ExchangeResult, Response, Verdict, judge};
use storefront_token_client::core::server::ServerProfile;
use storefront_token_client::core::time::{Lifetime, Millis};

use crate::requests::{password, refresh};

pub fn profile(text: &str) -> ServerProfile {
    ServerProfile::read(text).unwrap()
}

pub fn sign_in() -> Grant {
    password("anna", "pass:word", Some("visi.tor"))
}

pub fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

pub fn json(status: u16, members: &[(&'static str, Value)]) -> ExchangeResult {
    let mut object = Members::new();
    for (name, value) in members {
        object.push(name, value.clone());
    }
    ExchangeResult::Response(Response::new(status, Body::Members(object)))
}

fn refusal(status: u16, error: &str) -> ExchangeResult {
    json(status, &[("error", text(error)), ("error_description", text("why")), ("hint", text("how"))])
}

pub fn page(status: u16) -> ExchangeResult {
    ExchangeResult::Response(Response {
        retry_after: Some(Millis::from_secs(7)),
        ..Response::new(status, Body::NotMembers)
    })
}

fn cut(status: u16) -> ExchangeResult {
    ExchangeResult::Response(Response::new(status, Body::Cut))
}

/// What a verdict comes to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Comes {
    Granted,
    Dead,
    Kept(Code),
}

pub fn verdict(server: &str, grant: &Grant, outcome: &ExchangeResult) -> Comes {
    match judge(&profile(server), grant, outcome) {
        Verdict::Granted(_) => Comes::Granted,
        Verdict::RefreshTokenRejected(error) => {
            assert_eq!(error.code, Code::LoginRequired);
            Comes::Dead
        }
        Verdict::Failed(error) => Comes::Kept(error.code),
    }
}

#[test]
fn a_refused_refresh_by_dialect() {
    use Code::{ClientRejected, RateLimited, ServerUnavailable};
    use Comes::{Dead, Kept};
    let rows = [
        // status, error, RFC 6749, Oro
        (400, "invalid_grant", Dead, Dead),
        (401, "invalid_grant", Dead, Dead),
        (403, "invalid_grant", Dead, Dead),
        (401, "invalid_request", Kept(ClientRejected), Dead),
        (400, "invalid_request", Kept(ClientRejected), Kept(ClientRejected)),
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
        // A status that asks to come again outweighs what the body says.
        (500, "invalid_grant", Kept(ServerUnavailable), Kept(ServerUnavailable)),
        (503, "invalid_grant", Kept(ServerUnavailable), Kept(ServerUnavailable)),
        (408, "invalid_grant", Kept(ServerUnavailable), Kept(ServerUnavailable)),
        (429, "invalid_grant", Kept(RateLimited), Kept(RateLimited)),
        (400, "INVALID_GRANT", Kept(ClientRejected), Kept(ClientRejected)),
    ];
    for (status, error, oauth2, oro) in rows {
        assert_eq!(
            verdict("oauth2", &refresh("the-token"), &refusal(status, error)),
            oauth2,
            "{status} {error}"
        );
        assert_eq!(
            verdict("oro", &refresh("the-token"), &refusal(status, error)),
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
        let outcome = refusal(status, error);
        assert_eq!(verdict("oauth2", &sign_in(), &outcome), Comes::Kept(oauth2), "{status} {error}");
        assert_eq!(verdict("oro", &sign_in(), &outcome), Comes::Kept(oro), "{status} {error}, Oro");
        for server in ["oauth2", "oro"] {
            assert_eq!(
                verdict(server, &Grant::Guest(None), &outcome),
                Comes::Kept(ClientRejected),
                "a guest"
            );
        }
    }
}

#[test]
fn whatever_is_no_oauth_answer_keeps_the_session() {
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
        for asked in [&refresh("the-token"), &sign_in(), &Grant::Guest(None)] {
            for (outcome, code) in &rows {
                assert_eq!(verdict(server, asked, outcome), Comes::Kept(*code), "{outcome:?}");
            }
        }
    }
}

#[test]
fn what_the_server_said_comes_along() {
    let Verdict::Failed(error) =
        judge(&profile("oauth2"), &refresh("the-token"), &refusal(400, "invalid_scope"))
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
        let outcome = with("access_token", value);
        assert_eq!(
            verdict("oauth2", &refresh("the-token"), &outcome),
            Comes::Kept(Code::InvalidAnswer),
            "{outcome:?}"
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
        let comes = verdict("oauth2", &refresh("the-token"), &with("token_type", text(kind)));
        assert_eq!(comes == Comes::Granted, granted, "{kind}");
    }
    assert_eq!(verdict("oauth2", &refresh("the-token"), &with("token_type", Value::Null)), Comes::Granted);
}

#[test]
fn odd_lives() {
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
    for (value, life) in rows {
        let outcome = with("expires_in", value.clone());
        let Verdict::Granted(granted) = judge(&profile("oauth2"), &Grant::Guest(None), &outcome) else {
            panic!("{outcome:?}")
        };
        let shown = match value {
            Value::Number(number) => number.to_string(),
            Value::Text(text) => text,
            _ => String::from("another kind"),
        };
        assert_eq!(granted.lifetime, life, "{shown:?}");
    }
}

#[test]
fn a_refresh_token_that_says_nothing_is_none() {
    for value in [text(""), Value::Null, Value::Number(1.0), Value::Other] {
        let outcome = with("refresh_token", value);
        let Verdict::Granted(granted) = judge(&profile("oro"), &refresh("the-token"), &outcome) else {
            panic!("{outcome:?}")
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
fn of_two_members_of_one_name_the_last_one_counts() {
    let outcome = json(200, &[("access_token", text("first")), ("access_token", text("last"))]);
    let Verdict::Granted(granted) = judge(&profile("oauth2"), &Grant::Guest(None), &outcome) else {
        panic!()
    };
    assert_eq!(granted.access_token.expose(), "last");
}
