//! The error responses of each server, from its own sources, and what each means to the client.

use storefront_token_client::core::error::Code;
use storefront_token_client::core::members::Value;
use storefront_token_client::core::response::{ExchangeResult, Response};

use crate::requests::refresh;
use crate::verdicts::{Meaning, json, page, sign_in, text, verdict};
use Code::{
    AccountLocked, ClientRejected, InvalidAnswer, InvalidCredentials, RateLimited, ServerUnavailable,
};
use Meaning::{Ended, Kept};

/// An error response: its status, its `error`, and one more member.
fn error_response(status: u16, error: &str, more: (&'static str, &str)) -> ExchangeResult {
    json(status, &[(more.0, text(more.1)), ("error", text(error))])
}

fn assert_rows(server: &str, rows: &[(ExchangeResult, Meaning, Meaning)]) {
    for (result, signing_in, refreshing) in rows {
        assert_eq!(verdict(server, &sign_in(), result), *signing_in, "{server}, a sign-in: {result:?}");
        assert_eq!(verdict(server, &refresh("dead"), result), *refreshing, "{server}, a refresh: {result:?}");
    }
}

#[test]
fn the_errors_of_oro_from_4_1_to_7_are_understood() {
    let hint = |hint| ("hint", hint);
    let none = ("message", "so");
    let rejected = Kept(ClientRejected);
    assert_rows(
        "oro",
        &[
            // A wrong password: 4.1, 4.2, from 5.0 on
            (error_response(401, "invalid_credentials", none), Kept(InvalidCredentials), rejected),
            (error_response(400, "invalid_grant", hint("")), Kept(InvalidCredentials), Ended),
            (error_response(400, "invalid_grant", none), Kept(InvalidCredentials), Ended),
            // A locked or disabled account: 4.1, later versions
            (
                error_response(401, "invalid_credentials", hint("Account is locked.")),
                Kept(AccountLocked),
                rejected,
            ),
            (error_response(400, "invalid_grant", hint("Account is locked.")), Kept(AccountLocked), Ended),
            (error_response(400, "invalid_grant", hint("Account is disabled.")), Kept(AccountLocked), Ended),
            // A refresh token that is malformed, of another client, too old, used
            (
                error_response(401, "invalid_request", hint("Cannot decrypt the refresh token")),
                rejected,
                Ended,
            ),
            (error_response(401, "invalid_request", hint("Token is not linked to client")), rejected, Ended),
            (error_response(401, "invalid_request", hint("Token has expired")), rejected, Ended),
            (error_response(401, "invalid_request", hint("Token has been revoked")), rejected, Ended),
            // A parameter that is missing
            (
                error_response(400, "invalid_request", hint("Check the `username` parameter")),
                rejected,
                rejected,
            ),
            (error_response(401, "invalid_client", none), rejected, rejected),
            (error_response(400, "unsupported_grant_type", none), rejected, rejected),
            (error_response(404, "not_available", none), rejected, rejected),
            (error_response(400, "invalid_scope", hint("Check the `x` scope")), rejected, rejected),
            (error_response(500, "server_error", none), Kept(ServerUnavailable), Kept(ServerUnavailable)),
            // JSON that Oro cannot read; a proxy
            (page(400), Kept(InvalidAnswer), Kept(InvalidAnswer)),
            (page(429), Kept(RateLimited), Kept(RateLimited)),
            (page(502), Kept(ServerUnavailable), Kept(ServerUnavailable)),
        ],
    );
}

#[test]
fn the_errors_of_wso2_are_understood() {
    let says = |text| ("error_description", text);
    let rejected = Kept(ClientRejected);
    assert_rows(
        "wso2",
        &[
            (
                error_response(400, "invalid_grant", says("Persisted access token data not found")),
                Kept(InvalidCredentials),
                Ended,
            ),
            (
                error_response(400, "invalid_grant", says("Refresh token is expired.")),
                Kept(InvalidCredentials),
                Ended,
            ),
            (
                error_response(400, "invalid_grant", says("Authentication failed for anna")),
                Kept(InvalidCredentials),
                Ended,
            ),
            (
                error_response(401, "invalid_client", says("Client Authentication failed.")),
                rejected,
                rejected,
            ),
            (
                error_response(400, "unsupported_grant_type", says("Unsupported grant type : x, is used.")),
                rejected,
                rejected,
            ),
            (error_response(400, "invalid_scope", says("Invalid Scope!")), rejected, rejected),
            (
                error_response(400, "invalid_request", says("Invalid request with repeated parameters.")),
                rejected,
                rejected,
            ),
            (
                error_response(500, "server_error", says("Internal Server Error.")),
                Kept(ServerUnavailable),
                Kept(ServerUnavailable),
            ),
            (
                error_response(502, "server_error", says("Service Unavailable Error.")),
                Kept(ServerUnavailable),
                Kept(ServerUnavailable),
            ),
            // The gateway before it does not respond in OAuth's words.
            (json(401, &[("code", text("900901"))]), Kept(InvalidAnswer), Kept(InvalidAnswer)),
        ],
    );
}

#[test]
fn the_errors_of_bshaffer_are_understood() {
    let says = |text| ("error_description", text);
    let rejected = Kept(ClientRejected);
    assert_rows(
        "bshaffer",
        &[
            (
                error_response(401, "invalid_grant", says("Invalid username and password combination")),
                Kept(InvalidCredentials),
                Ended,
            ),
            (
                error_response(400, "invalid_grant", says("Invalid refresh token")),
                Kept(InvalidCredentials),
                Ended,
            ),
            (
                error_response(400, "invalid_grant", says("Refresh token has expired")),
                Kept(InvalidCredentials),
                Ended,
            ),
            (
                error_response(
                    400,
                    "invalid_grant",
                    says("refresh_token doesn't exist or is invalid for the client"),
                ),
                Kept(InvalidCredentials),
                Ended,
            ),
            (error_response(400, "invalid_request", says("Missing parameter")), rejected, rejected),
            (
                error_response(400, "invalid_client", says("The client credentials are invalid")),
                rejected,
                rejected,
            ),
            (error_response(400, "unsupported_grant_type", says("not supported")), rejected, rejected),
            (
                error_response(400, "unauthorized_client", says("unauthorized for this client_id")),
                rejected,
                rejected,
            ),
            (
                error_response(400, "invalid_scope", says("An unsupported scope was requested")),
                rejected,
                rejected,
            ),
            (error_response(405, "invalid_request", ("error_uri", "#section-3.2")), rejected, rejected),
        ],
    );
}

#[test]
fn the_errors_of_veeam_backup_for_nutanix_ahv_are_understood() {
    let problem = |status| {
        let members = [("title", text("Unauthorized")), ("status", Value::Number(f64::from(status)))];
        let ExchangeResult::Response(response) = json(status, &members) else { unreachable!() };
        ExchangeResult::Response(Response {
            content_type: String::from("application/problem+json"),
            ..response
        })
    };
    assert_rows(
        "veeam-ahv",
        &[
            (problem(401), Kept(InvalidCredentials), Ended),
            (problem(400), Kept(InvalidAnswer), Ended),
            (problem(404), Kept(InvalidAnswer), Kept(InvalidAnswer)),
            (problem(429), Kept(RateLimited), Kept(RateLimited)),
            (problem(500), Kept(ServerUnavailable), Kept(ServerUnavailable)),
            // The same members without the content type, and a proxy's page
            (json(401, &[("title", text("Unauthorized"))]), Kept(InvalidAnswer), Kept(InvalidAnswer)),
            (page(401), Kept(InvalidAnswer), Kept(InvalidAnswer)),
        ],
    );
    // To the other profiles this proves nothing.
    assert_rows("oauth2", &[(problem(401), Kept(InvalidAnswer), Kept(InvalidAnswer))]);
}

#[test]
fn the_errors_of_keycloak_are_understood() {
    let says = |text| ("error_description", text);
    assert_rows(
        "keycloak",
        &[
            (
                error_response(401, "invalid_grant", says("Invalid user credentials")),
                Kept(InvalidCredentials),
                Ended,
            ),
            (error_response(400, "invalid_grant", says("Account disabled")), Kept(AccountLocked), Ended),
            (
                error_response(400, "invalid_grant", says("Account is not fully set up")),
                Kept(AccountLocked),
                Ended,
            ),
            (
                error_response(400, "invalid_grant", says("Invalid refresh token")),
                Kept(InvalidCredentials),
                Ended,
            ),
            (error_response(400, "invalid_grant", says("Stale token")), Kept(InvalidCredentials), Ended),
            (
                error_response(400, "invalid_grant", says("Session not active")),
                Kept(InvalidCredentials),
                Ended,
            ),
            (
                error_response(400, "invalid_grant", says("Token is not active")),
                Kept(InvalidCredentials),
                Ended,
            ),
            (
                error_response(400, "invalid_grant", says("Maximum allowed refresh token reuse exceeded")),
                Kept(InvalidCredentials),
                Ended,
            ),
        ],
    );
}

#[test]
fn the_errors_of_commercetools_are_understood() {
    let more = ("message", "so");
    assert_rows(
        "commercetools",
        &[
            (
                error_response(400, "invalid_customer_account_credentials", more),
                Kept(InvalidCredentials),
                Kept(ClientRejected),
            ),
            (error_response(400, "invalid_grant", more), Kept(InvalidCredentials), Ended),
            (error_response(401, "invalid_client", more), Kept(ClientRejected), Kept(ClientRejected)),
        ],
    );
}
