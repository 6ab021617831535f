//! Servers that no test runs: their responses, as their documentation, their source or their users report them, and what
//! `oauth2` makes of each.

use storefront_token_client::core::call::Command;
use storefront_token_client::core::error::Code;
use storefront_token_client::core::event::Reason;
use storefront_token_client::core::members::Value;
use storefront_token_client::core::response::ExchangeResult;
use storefront_token_client::core::token::Credentials;

use crate::page::{NEWER, Page, error};
use crate::verdicts::{json, text};

/// The name, and the responses to a refresh token that is not valid, to a wrong secret, and to a wrong password with the
/// code of its error.
type Row = (&'static str, ExchangeResult, ExchangeResult, (ExchangeResult, Code));

/// Servers that name the refresh token, or say `invalid_grant`.
fn servers() -> Vec<Row> {
    use Code::{ClientRejected, InvalidCredentials};
    let grant = |status, words: &str| described(status, "invalid_grant", words);
    let client = || error(401, "invalid_client");
    vec![
        (
            "Auth0",
            grant(403, "Unknown or invalid refresh token."),
            described(401, "access_denied", "Unauthorized"),
            (grant(403, "Wrong email or password."), InvalidCredentials),
        ),
        (
            "Okta",
            grant(400, "The refresh token is invalid or expired."),
            client(),
            (grant(400, "The credentials provided were invalid."), InvalidCredentials),
        ),
        ("Amazon Cognito", error(400, "invalid_grant"), error(400, "invalid_client"), wrong_password()),
        (
            "Microsoft Entra External ID and Azure AD B2C",
            grant(400, "AADB2C90080: The provided grant has expired."),
            client(),
            (described(400, "access_denied", "AADB2C90225: The username or password"), ClientRejected),
        ),
        (
            "IdentityServer, Duende",
            error(400, "invalid_grant"),
            error(400, "invalid_client"),
            wrong_password(),
        ),
        ("OpenIddict", grant(400, "The specified token is no longer valid."), client(), wrong_password()),
        ("Spring Authorization Server", error(400, "invalid_grant"), client(), wrong_password()),
        (
            "Spring Security OAuth, SAP Commerce",
            grant(400, "Invalid refresh token: 5c28d5b1"),
            described(401, "invalid_client", "Bad client credentials"),
            (grant(400, "Bad credentials"), InvalidCredentials),
        ),
        ("Ory Hydra", grant(400, "The refresh token has not been found"), client(), wrong_password()),
        ("Ory Hydra, token sent twice at once", error(401, "token_inactive"), client(), wrong_password()),
        ("Supabase Auth before 2024", grant(400, "Invalid Refresh Token"), client(), wrong_password()),
        (
            "Akoya",
            described(
                400,
                "invalid_request",
                "Refresh token is invalid or has already been claimed by another client.",
            ),
            client(),
            wrong_password(),
        ),
        ("a server of one's own", error(401, "INVALID_REFRESH_TOKEN"), client(), wrong_password()),
        ("a server of one's own", error(403, "token_expired"), error(403, "forbidden"), wrong_password()),
    ]
}

/// Servers whose response to an invalid refresh token is too general, or says that the client is at fault.
fn unclear_servers() -> Vec<(&'static str, ExchangeResult)> {
    vec![
        ("Salesforce B2C Commerce", json(400, &[("message", text("invalid refresh_token"))])),
        ("Shopware's Admin API", json(401, &[("errors", Value::Other)])),
        ("Spryker's Glue API", json(401, &[("errors", Value::Other)])),
        (
            "Supabase Auth",
            json(
                400,
                &[("code", text("refresh_token_not_found")), ("message", text("Refresh Token Not Found"))],
            ),
        ),
        ("Gitea", described(400, "unauthorized_client", "token was already used")),
        (
            "Spring Boot's error page",
            json(401, &[("status", Value::Number(401.0)), ("error", text("Unauthorized"))]),
        ),
    ]
}

fn described(status: u16, name: &str, words: &str) -> ExchangeResult {
    json(status, &[("error", text(name)), ("error_description", text(words))])
}

fn wrong_password() -> (ExchangeResult, Code) {
    (error(400, "invalid_grant"), Code::InvalidCredentials)
}

#[test]
fn a_refresh_token_that_is_no_longer_valid_ends_the_session() {
    for (name, rejection, ..) in servers() {
        let mut page = Page::signed_in("oauth2").next("oauth2", "secret");
        let error = page.get(NEWER, &mut |_| rejection.clone()).unwrap_err();
        assert_eq!(error.code, Code::LoginRequired, "{name}");
        assert_eq!((page.reasons.last(), page.id()), (Some(&Reason::RefreshRejected), None), "{name}");
        assert!(page.requests.len() <= 2, "{name}");
    }
}

#[test]
fn a_wrong_secret_keeps_the_session() {
    for (name, _, refusal, _) in servers() {
        let signed_in = Page::signed_in("oauth2");
        let mut page = signed_in.next("oauth2", "wrong");
        for _ in 0..3 {
            assert_ne!(
                page.get(NEWER, &mut |_| refusal.clone()).unwrap_err().code,
                Code::LoginRequired,
                "{name}"
            );
            page.seconds += 61.0;
        }
        assert_eq!(page.id(), signed_in.id(), "{name}");
    }
}

#[test]
fn each_server_has_its_code_for_a_wrong_password() {
    for (name, _, _, (response, code)) in servers() {
        let mut page = Page::open("oauth2", "secret", None, 0.0);
        let wrong = Command::SignIn(Credentials::new("ada", "wrong"));
        assert_eq!(page.get(wrong, &mut |_| response.clone()).unwrap_err().code, code, "{name}");
    }
}

#[test]
fn an_unclear_response_keeps_the_session_and_requires_a_login_after_ten_minutes() {
    for (name, response) in unclear_servers() {
        let signed_in = Page::signed_in("oauth2");
        let mut page = signed_in.next("oauth2", "secret");
        page.seconds += 4000.0;
        let mut codes = Vec::new();
        for _ in 0..12 {
            codes.push(page.get(NEWER, &mut |_| response.clone()).unwrap_err().code);
            page.seconds += 61.0;
        }
        let asked_at = codes.iter().position(|code| *code == Code::LoginRequired);
        assert!(asked_at.is_some_and(|at| at >= 9), "{name}: {codes:?}");
        assert_eq!(
            (page.id(), page.reasons.contains(&Reason::RefreshRejected)),
            (signed_in.id(), false),
            "{name}"
        );
        assert!(page.requests.len() <= 12, "{name}");
    }
}

#[test]
fn with_a_rule_for_it_an_unclear_response_ends_the_session() {
    let server = "oauth2\nerrors login_required status=400\tmessage=invalid refresh_token";
    let (_, response) = unclear_servers().swap_remove(0);
    let mut page = Page::signed_in(server).next(server, "secret");
    assert_eq!(page.get(NEWER, &mut |_| response.clone()).unwrap_err().code, Code::LoginRequired);
    assert_eq!((page.requests.len(), page.id()), (1, None));
}
