//! `ServerProfile`: one server's dialect of RFC 6749, as data. No server is named elsewhere.

/// How the parameters of a token request are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyFormat {
    /// `application/x-www-form-urlencoded` (RFC 6749 §4.3.2)
    Form,
}

/// How a confidential client authenticates (RFC 6749 §2.3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientAuthentication {
    /// `client_secret_basic`: the `Authorization` header, both parts form-encoded first
    Basic,
    /// `client_secret_post`: parameters of the body
    Post,
}

/// An error response that has one meaning: this status, or any, with this `error`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ErrorRule {
    /// The HTTP status, or any.
    pub status: Option<u16>,
    /// The member `error` (RFC 6749 §5.2).
    pub error: &'static str,
}

impl ErrorRule {
    const fn any(error: &'static str) -> ErrorRule {
        ErrorRule { status: None, error }
    }

    const fn at(status: u16, error: &'static str) -> ErrorRule {
        ErrorRule { status: Some(status), error }
    }

    /// Whether an answer fits the rule.
    pub fn fits(&self, status: u16, error: &str) -> bool {
        self.status.is_none_or(|s| s == status) && self.error == error
    }
}

/// One server's dialect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServerProfile {
    /// The name by which `server` chooses it.
    pub name: &'static str,
    /// How the parameters are written.
    pub body: BodyFormat,
    /// How a confidential client authenticates.
    pub client_authentication: ClientAuthentication,
    /// Whether the server knows clients by an identifier (RFC 6749 §2.2) without exception.
    pub needs_client_id: bool,
    /// The user name and the password with which anybody becomes a visitor.
    pub guest: Option<(&'static str, &'static str)>,
    /// The parameter that carries a visitor's access token into a sign-in.
    pub visitor_parameter: Option<&'static str>,
    /// What proves on a refresh that the refresh token is dead.
    pub dead_refresh_token: &'static [ErrorRule],
    /// What says on a sign-in that the credentials are wrong.
    pub wrong_credentials: &'static [ErrorRule],
}

/// Plain RFC 6749.
pub const OAUTH2: ServerProfile = ServerProfile {
    name: "oauth2",
    body: BodyFormat::Form,
    client_authentication: ClientAuthentication::Basic,
    needs_client_id: false,
    guest: None,
    visitor_parameter: None,
    dead_refresh_token: &[ErrorRule::any("invalid_grant")],
    wrong_credentials: &[ErrorRule::any("invalid_grant")],
};

/// `OroCommerce`: league/oauth2-server 7 and 8, with visitors.
///
/// Form and body credentials, since such a request needs no CORS preflight; up to 5.0 a preflight
/// would not allow `Authorization` anyway. A dead refresh token is `401 invalid_request`.
pub const ORO: ServerProfile = ServerProfile {
    name: "oro",
    body: BodyFormat::Form,
    client_authentication: ClientAuthentication::Post,
    needs_client_id: true,
    guest: Some(("guest", "guest")),
    visitor_parameter: Some("visitor_access_token"),
    dead_refresh_token: &[ErrorRule::any("invalid_grant"), ErrorRule::at(401, "invalid_request")],
    wrong_credentials: &[ErrorRule::any("invalid_grant"), ErrorRule::at(401, "invalid_credentials")],
};

/// The profiles that `server` can name.
pub const PRESETS: [&ServerProfile; 2] = [&OAUTH2, &ORO];

impl ServerProfile {
    /// The preset of this name.
    pub fn preset(name: &str) -> Option<&'static ServerProfile> {
        PRESETS.into_iter().find(|profile| profile.name == name)
    }
}
