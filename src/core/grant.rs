//! A grant, written as a request: RFC 6749 §4.3.2 and §6, client authentication §2.3.1,
//! revocation RFC 7009 §2.1.

use super::answer::Asked;
use super::config::Config;
use super::members::Members;
use super::server::{ClientAuthentication, cut};
use super::token::{AccessToken, Credentials, RefreshToken, RequestSecret};

/// What is exchanged for a token set.
#[derive(Clone, Debug)]
pub enum Grant {
    /// Resource owner password credentials (RFC 6749 §4.3), and the visitor who signs in.
    Password {
        /// The credentials.
        credentials: Credentials,
        /// A visitor's access token, for servers that carry a visitor over.
        visitor: Option<AccessToken>,
    },
    /// What makes anybody a visitor: credentials for all, or a grant that needs none.
    Guest(Option<Credentials>),
    /// A refresh token (RFC 6749 §6).
    RefreshToken(RefreshToken),
}

/// A POST, ready to be sent. Its body and its authorization are secrets.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// Where to.
    pub url: String,
    /// The media type of the body: a form, or a JSON object.
    pub content_type: &'static str,
    /// More headers, as the server's profile has them.
    pub headers: Members,
    /// What authenticates the client by the Basic scheme, before it is put into base 64 (RFC 7617 §2).
    pub user_pass: Option<RequestSecret>,
    /// The parameters, written as a form. Into JSON they are put by the host.
    pub body: RequestSecret,
}

impl Grant {
    /// What it asks for.
    pub(super) fn asked(&self) -> Asked {
        match self {
            Grant::Password { .. } => Asked::SignIn,
            Grant::Guest(_) => Asked::Guest,
            Grant::RefreshToken(_) => Asked::Refresh,
        }
    }

    /// The token request (RFC 6749 §3.2).
    pub fn request(&self, config: &Config) -> Request {
        let mut form = Form::of(config);
        let endpoint = match self {
            Grant::Password { credentials, visitor } => {
                form.add_grant("password");
                form.add_credentials(credentials);
                if let (Some(name), Some(token)) = (config.server.visitor_parameter(), visitor) {
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
    pub(super) fn is_told_in(&self, text: &str) -> bool {
        let (one, other) = match self {
            Grant::Password { credentials, visitor } => {
                (Some(credentials.password.expose()), visitor.as_ref().map(|token| token.expose()))
            }
            Grant::Guest(credentials) => (credentials.as_ref().map(|own| own.password.expose()), None),
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
    Some(authenticated(endpoint.href.clone(), form))
}

/// Adds the client's identity: never in both places (§2.3).
fn authenticated(url: String, mut form: Form) -> Request {
    let Config { options, server, .. } = form.config;
    let client_id = options.client_id.as_deref();
    let secret = options.client_secret.as_ref().map(|secret| secret.expose());
    let user_pass = match (server.client_authentication(), client_id, secret) {
        (ClientAuthentication::Basic, Some(id), Some(secret)) => Some(user_pass(id, secret, encode)),
        // Servers that do not decode do not agree where the secret begins.
        (ClientAuthentication::BasicRaw, Some(id), Some(secret)) if cut(secret, b':').0 == secret => {
            Some(user_pass(id, secret, |text, out| out.push_str(text)))
        }
        (_, id, secret) => {
            form.add_some("client_id", id);
            form.add_some("client_secret", secret);
            None
        }
    };
    let mut headers = Members::new();
    server.any("headers", "", &mut |line| {
        let (name, value) = cut(line, b' ');
        headers.push_text(name, Some(value));
        false
    });
    server.any("parameters", "", &mut |line| {
        let (name, value) = cut(line, b' ');
        form.add(name, value);
        false
    });
    let json = server.find("body", "") == Some("json");
    Request {
        url,
        content_type: if json { "application/json" } else { "application/x-www-form-urlencoded" },
        headers,
        user_pass: user_pass.map(RequestSecret::new),
        body: RequestSecret::new(form.text),
    }
}

/// `client_secret_basic`: both parts are form-encoded before they are joined (§2.3.1), or should be.
fn user_pass(client_id: &str, secret: &str, write: fn(&str, &mut String)) -> String {
    let mut pair = String::new();
    write(client_id, &mut pair);
    pair.push(':');
    write(secret, &mut pair);
    pair
}

/// `application/x-www-form-urlencoded` (RFC 6749 appendix B), with the server's words.
struct Form<'a> {
    config: &'a Config,
    text: String,
}

impl<'a> Form<'a> {
    fn of(config: &'a Config) -> Form<'a> {
        Form { config, text: String::new() }
    }

    fn add(&mut self, name: &str, value: &str) {
        if !self.text.is_empty() {
            self.text.push('&');
        }
        encode(name, &mut self.text);
        self.text.push('=');
        encode(value, &mut self.text);
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
        let name = self.config.server.find("grants", name).unwrap_or(name);
        self.add_parameter("grant_type", name);
    }

    fn add_credentials(&mut self, credentials: &Credentials) {
        self.add_parameter("username", &credentials.username);
        self.add_parameter("password", credentials.password.expose());
        self.add_scope();
    }

    fn add_scope(&mut self) {
        self.add_some("scope", self.config.options.scope.as_deref());
    }
}

fn encode(text: &str, out: &mut String) {
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'*' | b'-' | b'.' | b'_' => out.push(byte.into()),
            b' ' => out.push('+'),
            _ => {
                out.push('%');
                out.push(hex_digit(byte >> 4));
                out.push(hex_digit(byte & 15));
            }
        }
    }
}

fn hex_digit(nibble: u8) -> char {
    char::from(if nibble < 10 { b'0' + nibble } else { b'A' + nibble - 10 })
}
