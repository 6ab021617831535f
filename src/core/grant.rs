//! A grant, written as a request: RFC 6749 §4.3.2 and §6, client authentication §2.3.1,
//! revocation RFC 7009 §2.1.

use super::config::{Config, Options};
use super::members::Members;
use super::server::{ClientAuthentication, ServerProfile, split_at_byte};
use super::token::{AccessToken, ClientSecret, Credentials, RefreshToken};

/// What is exchanged for a token set.
#[derive(Clone, Debug)]
pub enum Grant {
    /// Resource owner password credentials (RFC 6749 §4.3), and the visitor who signs in.
    Password {
        /// The credentials.
        credentials: Credentials,
        /// A visitor's access token, for servers that carry a visitor over.
        guest: Option<AccessToken>,
    },
    /// What makes anybody a visitor: credentials for all, or a grant that needs none.
    Guest(Option<Credentials>),
    /// A refresh token (RFC 6749 §6).
    RefreshToken(RefreshToken),
}

/// What was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GrantKind {
    /// To sign a user in.
    SignIn,
    /// To make a visitor.
    Guest,
    /// To refresh.
    Refresh,
}

/// A POST, ready to be written by the host. Its parameters are secrets, and `Debug` shows their names only.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// Where to.
    pub url: String,
    /// Whether the parameters are written as a JSON object; else as a form (RFC 6749 appendix B).
    pub json: bool,
    /// More headers, as the server's profile has them.
    pub headers: Members,
    /// What authenticates the client, where that is not among the parameters.
    pub basic: Option<Basic>,
    /// The parameters in their order.
    pub parameters: Members,
}

/// `client_secret_basic` (RFC 6749 §2.3.1), by the Basic scheme (RFC 7617 §2).
#[derive(Clone, Debug, PartialEq)]
pub struct Basic {
    /// The user-id.
    pub client_id: String,
    /// The password.
    pub client_secret: ClientSecret,
    /// Whether both are form-encoded before they are joined, as they should be.
    pub encoded: bool,
}

impl Grant {
    /// What it asks for.
    pub(super) fn kind(&self) -> GrantKind {
        match self {
            Grant::Password { .. } => GrantKind::SignIn,
            Grant::Guest(_) => GrantKind::Guest,
            Grant::RefreshToken(_) => GrantKind::Refresh,
        }
    }

    /// The token request (RFC 6749 §3.2).
    pub fn request(&self, config: &Config) -> Request {
        let mut form = Form::of(config);
        let endpoint = match self {
            Grant::Password { credentials, guest } => {
                form.add_grant("password");
                form.add_credentials(credentials);
                if let (Some(name), Some(token)) = (config.server.guest_token_parameter(), guest) {
                    form.add(name, token.expose());
                }
                ""
            }
            Grant::Guest(credentials) => {
                form.add_grant(if credentials.is_some() { "password" } else { "guest" });
                match credentials {
                    Some(credentials) => form.add_credentials(credentials),
                    None => form.add_scope(),
                }
                "guestEndpoint"
            }
            // No `scope`: §6 takes its absence for the scope as first granted.
            Grant::RefreshToken(token) => {
                form.add_grant("refresh_token");
                form.add_parameter("refresh_token", token.expose());
                "refreshEndpoint"
            }
        };
        authenticated(config.endpoint(endpoint), form)
    }

    /// Whether a text repeats one of its secrets.
    pub(super) fn appears_in(&self, text: &str) -> bool {
        let (one, other) = match self {
            Grant::Password { credentials, guest } => {
                (Some(credentials.password().expose()), guest.as_ref().map(|token| token.expose()))
            }
            Grant::Guest(credentials) => (credentials.as_ref().map(|own| own.password().expose()), None),
            Grant::RefreshToken(token) => (Some(token.expose()), None),
        };
        [one, other].into_iter().flatten().any(|secret| is_in(text, secret))
    }
}

fn is_in(text: &str, secret: &str) -> bool {
    (0..text.len()).any(|at| text.as_bytes().split_at(at).1.starts_with(secret.as_bytes()))
}

/// The revocation request of a refresh token (RFC 7009 §2.1), where there is an endpoint for it.
pub fn revocation(config: &Config, token: &RefreshToken) -> Option<Request> {
    let endpoint = config.options.revocation_endpoint.as_ref()?;
    let mut form = Form::of(config);
    form.add("token", token.expose());
    form.add("token_type_hint", "refresh_token");
    Some(authenticated(endpoint.clone(), form))
}

/// Adds the client's identity: never in both places (§2.3).
fn authenticated(url: String, mut form: Form) -> Request {
    let Config { options, server, .. } = form.config;
    let basic = basic(options, server);
    if basic.is_none() {
        form.add_some("client_id", options.client_id.as_deref());
        form.add_some("client_secret", options.client_secret.as_ref().map(|secret| secret.expose()));
    }
    let pairs = |word, members: &mut Members| {
        server.values_match(word, "", &mut |line| {
            let (name, value) = split_at_byte(line, b' ');
            members.push_text(name, Some(value));
            false
        });
    };
    let mut headers = Members::new();
    pairs("headers", &mut headers);
    pairs("parameters", &mut form.parameters);
    let json = server.value("body", "") == Some("json");
    Request { url, json, headers, basic, parameters: form.parameters }
}

fn basic(options: &Options, server: &ServerProfile) -> Option<Basic> {
    let (client_id, secret) = options.client_id.as_ref().zip(options.client_secret.as_ref())?;
    let encoded = match server.client_authentication() {
        ClientAuthentication::Basic => true,
        // Servers that do not decode do not agree where the secret begins.
        ClientAuthentication::BasicRaw if split_at_byte(secret.expose(), b':').0 == secret.expose() => false,
        ClientAuthentication::BasicRaw | ClientAuthentication::Post | ClientAuthentication::None => {
            return None;
        }
    };
    Some(Basic { client_id: client_id.clone(), client_secret: secret.clone(), encoded })
}

/// The parameters, with the server's words.
struct Form<'a> {
    config: &'a Config,
    parameters: Members,
}

impl<'a> Form<'a> {
    fn of(config: &'a Config) -> Form<'a> {
        Form { config, parameters: Members::new() }
    }

    fn add(&mut self, name: &str, value: &str) {
        self.parameters.push_text(name, Some(value));
    }

    fn add_parameter(&mut self, name: &str, value: &str) {
        self.add(self.config.server.parameter(name), value);
    }

    fn add_some(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.add_parameter(name, value);
        }
    }

    fn add_grant(&mut self, name: &str) {
        let name = self.config.server.value("grants", name).unwrap_or(name);
        self.add_parameter("grant_type", name);
    }

    fn add_credentials(&mut self, credentials: &Credentials) {
        self.add_parameter("username", credentials.username());
        self.add_parameter("password", credentials.password().expose());
        self.add_scope();
    }

    fn add_scope(&mut self) {
        self.add_some("scope", self.config.options.scope.as_deref());
    }
}
