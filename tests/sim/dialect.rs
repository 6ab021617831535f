//! The words in which an authorization server refuses.

use storefront_token_client::core::response::Response;

use crate::parse::{empty, error_response};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    OAuth2,
    Oro,
    /// RFC 6749, but a rejected refresh token is `invalid_request`: league 6 to 8, `LemonLDAP::NG`, and others.
    InvalidRequest,
    /// The same with a code that names the token: Ory Hydra.
    TokenInactive,
    /// RFC 6749, but errors have the status 403: oauth2orize, Auth0.
    Forbids,
    /// Errors have no body: Glewlwyd.
    Empty,
    /// The server fails if it does not know the refresh token: @jmondi/oauth2-server.
    Fails,
}

impl Dialect {
    /// The client's profile for it.
    pub fn profile(self) -> &'static str {
        match self {
            Dialect::Oro => "oro",
            Dialect::Empty => "glewlwyd",
            Dialect::OAuth2
            | Dialect::InvalidRequest
            | Dialect::TokenInactive
            | Dialect::Forbids
            | Dialect::Fails => "oauth2",
        }
    }

    /// The response to a refresh token that is not valid.
    pub fn rejection(self) -> Response {
        match self {
            Dialect::OAuth2 => error_response(400, "invalid_grant"),
            Dialect::Oro => error_response(401, "invalid_request"),
            Dialect::InvalidRequest => error_response(400, "invalid_request"),
            Dialect::TokenInactive => error_response(401, "token_inactive"),
            Dialect::Forbids => error_response(403, "invalid_grant"),
            Dialect::Empty => empty(400),
            Dialect::Fails => error_response(500, "server_error"),
        }
    }

    pub fn wrong_password(self) -> Response {
        match self {
            Dialect::Empty => empty(403),
            Dialect::Forbids => error_response(403, "invalid_grant"),
            Dialect::OAuth2
            | Dialect::Oro
            | Dialect::InvalidRequest
            | Dialect::TokenInactive
            | Dialect::Fails => error_response(400, "invalid_grant"),
        }
    }
}
