//! What each server answers when it refuses, by its own sources, and what it means to the client.

use storefront_token_client::core::error::Code;
use storefront_token_client::core::members::Value;
use storefront_token_client::core::response::{ExchangeResult, Response};

use crate::requests::refresh;
use crate::verdicts::{Comes, json, page, sign_in, text, verdict};
use Code::{
    AccountLocked, ClientRejected, InvalidAnswer, InvalidCredentials, RateLimited, ServerUnavailable,
};
use Comes::{Dead, Kept};

/// An error response: its status, `error`, and one more member.
fn refusal(status: u16, error: &str, more: (&'static str, &str)) -> ExchangeResult {
    json(status, &[(more.0, text(more.1)), ("error", text(error))])
}

fn assert_rows(server: &str, rows: &[(ExchangeResult, Comes, Comes)]) {
    for (outcome, signing_in, refreshing) in rows {
        assert_eq!(verdict(server, &sign_in(), outcome), *signing_in, "{server}, a sign-in: {outcome:?}");
        assert_eq!(
            verdict(server, &refresh("dead"), outcome),
            *refreshing,
            "{server}, a refresh: {outcome:?}"
        );
    }
}

#[test]
fn oro_from_4_1_to_7() {
    let hint = |hint| ("hint", hint);
    let none = ("message", "so");
    let rejected = Kept(ClientRejected);
    assert_rows(
        "oro",
        &[
            // A wrong password: 4.1, 4.2, from 5.0 on
            (refusal(401, "invalid_credentials", none), Kept(InvalidCredentials), rejected),
            (refusal(400, "invalid_grant", hint("")), Kept(InvalidCredentials), Dead),
            (refusal(400, "invalid_grant", none), Kept(InvalidCredentials), Dead),
            // A user who is locked or disabled: 4.1, later
            (refusal(401, "invalid_credentials", hint("Account is locked.")), Kept(AccountLocked), rejected),
            (refusal(400, "invalid_grant", hint("Account is locked.")), Kept(AccountLocked), Dead),
            (refusal(400, "invalid_grant", hint("Account is disabled.")), Kept(AccountLocked), Dead),
            // A refresh token that is none, another client's, too old, used
            (refusal(401, "invalid_request", hint("Cannot decrypt the refresh token")), rejected, Dead),
            (refusal(401, "invalid_request", hint("Token is not linked to client")), rejected, Dead),
            (refusal(401, "invalid_request", hint("Token has expired")), rejected, Dead),
            (refusal(401, "invalid_request", hint("Token has been revoked")), rejected, Dead),
            // A parameter that is missing
            (refusal(400, "invalid_request", hint("Check the `username` parameter")), rejected, rejected),
            (refusal(401, "invalid_client", none), rejected, rejected),
            (refusal(400, "unsupported_grant_type", none), rejected, rejected),
            (refusal(404, "not_available", none), rejected, rejected),
            (refusal(400, "invalid_scope", hint("Check the `x` scope")), rejected, rejected),
            (refusal(500, "server_error", none), Kept(ServerUnavailable), Kept(ServerUnavailable)),
            // JSON that it cannot read; a proxy
            (page(400), Kept(InvalidAnswer), Kept(InvalidAnswer)),
            (page(429), Kept(RateLimited), Kept(RateLimited)),
            (page(502), Kept(ServerUnavailable), Kept(ServerUnavailable)),
        ],
    );
}

#[test]
fn wso2() {
    let says = |said| ("error_description", said);
    let rejected = Kept(ClientRejected);
    assert_rows(
        "wso2",
        &[
            (
                refusal(400, "invalid_grant", says("Persisted access token data not found")),
                Kept(InvalidCredentials),
                Dead,
            ),
            (
                refusal(400, "invalid_grant", says("Refresh token is expired.")),
                Kept(InvalidCredentials),
                Dead,
            ),
            (
                refusal(400, "invalid_grant", says("Authentication failed for anna")),
                Kept(InvalidCredentials),
                Dead,
            ),
            (refusal(401, "invalid_client", says("Client Authentication failed.")), rejected, rejected),
            (
                refusal(400, "unsupported_grant_type", says("Unsupported grant type : x, is used.")),
                rejected,
                rejected,
            ),
            (refusal(400, "invalid_scope", says("Invalid Scope!")), rejected, rejected),
            (
                refusal(400, "invalid_request", says("Invalid request with repeated parameters.")),
                rejected,
                rejected,
            ),
            (
                refusal(500, "server_error", says("Internal Server Error.")),
                Kept(ServerUnavailable),
                Kept(ServerUnavailable),
            ),
            (
                refusal(502, "server_error", says("Service Unavailable Error.")),
                Kept(ServerUnavailable),
                Kept(ServerUnavailable),
            ),
            // Its gateway speaks no OAuth.
            (json(401, &[("code", text("900901"))]), Kept(InvalidAnswer), Kept(InvalidAnswer)),
        ],
    );
}

#[test]
fn bshaffer() {
    let says = |said| ("error_description", said);
    let rejected = Kept(ClientRejected);
    assert_rows(
        "bshaffer",
        &[
            (
                refusal(401, "invalid_grant", says("Invalid username and password combination")),
                Kept(InvalidCredentials),
                Dead,
            ),
            (refusal(400, "invalid_grant", says("Invalid refresh token")), Kept(InvalidCredentials), Dead),
            (
                refusal(400, "invalid_grant", says("Refresh token has expired")),
                Kept(InvalidCredentials),
                Dead,
            ),
            (
                refusal(
                    400,
                    "invalid_grant",
                    says("refresh_token doesn't exist or is invalid for the client"),
                ),
                Kept(InvalidCredentials),
                Dead,
            ),
            (refusal(400, "invalid_request", says("Missing parameter")), rejected, rejected),
            (refusal(400, "invalid_client", says("The client credentials are invalid")), rejected, rejected),
            (refusal(400, "unsupported_grant_type", says("not supported")), rejected, rejected),
            (
                refusal(400, "unauthorized_client", says("unauthorized for this client_id")),
                rejected,
                rejected,
            ),
            (refusal(400, "invalid_scope", says("An unsupported scope was requested")), rejected, rejected),
            (refusal(405, "invalid_request", ("error_uri", "#section-3.2")), rejected, rejected),
        ],
    );
}

#[test]
fn veeam_backup_for_nutanix_ahv() {
    let problem = |status| {
        let members = [("title", text("Unauthorized")), ("status", Value::Number(f64::from(status)))];
        let ExchangeResult::Response(answer) = json(status, &members) else { unreachable!() };
        ExchangeResult::Response(Response {
            content_type: String::from("application/problem+json"),
            ..answer
        })
    };
    assert_rows(
        "veeam-ahv",
        &[
            (problem(401), Kept(InvalidCredentials), Dead),
            (problem(400), Kept(InvalidAnswer), Dead),
            (problem(404), Kept(InvalidAnswer), Kept(InvalidAnswer)),
            (problem(429), Kept(RateLimited), Kept(RateLimited)),
            (problem(500), Kept(ServerUnavailable), Kept(ServerUnavailable)),
            // The same members without the content type, and a proxy's page
            (json(401, &[("title", text("Unauthorized"))]), Kept(InvalidAnswer), Kept(InvalidAnswer)),
            (page(401), Kept(InvalidAnswer), Kept(InvalidAnswer)),
        ],
    );
    // It is no proof to the others.
    assert_rows("oauth2", &[(problem(401), Kept(InvalidAnswer), Kept(InvalidAnswer))]);
}

#[test]
fn keycloak() {
    let says = |said| ("error_description", said);
    assert_rows(
        "keycloak",
        &[
            (refusal(401, "invalid_grant", says("Invalid user credentials")), Kept(InvalidCredentials), Dead),
            (refusal(400, "invalid_grant", says("Account disabled")), Kept(AccountLocked), Dead),
            (refusal(400, "invalid_grant", says("Account is not fully set up")), Kept(AccountLocked), Dead),
            (refusal(400, "invalid_grant", says("Invalid refresh token")), Kept(InvalidCredentials), Dead),
            (refusal(400, "invalid_grant", says("Stale token")), Kept(InvalidCredentials), Dead),
            (refusal(400, "invalid_grant", says("Session not active")), Kept(InvalidCredentials), Dead),
            (refusal(400, "invalid_grant", says("Token is not active")), Kept(InvalidCredentials), Dead),
            (
                refusal(400, "invalid_grant", says("Maximum allowed refresh token reuse exceeded")),
                Kept(InvalidCredentials),
                Dead,
            ),
        ],
    );
}

#[test]
fn commercetools() {
    let more = ("message", "so");
    assert_rows(
        "commercetools",
        &[
            (
                refusal(400, "invalid_customer_account_credentials", more),
                Kept(InvalidCredentials),
                Kept(ClientRejected),
            ),
            (refusal(400, "invalid_grant", more), Kept(InvalidCredentials), Dead),
            (refusal(401, "invalid_client", more), Kept(ClientRejected), Kept(ClientRejected)),
        ],
    );
}
