//! A grant, written as a request: RFC 6749 §4.3.2 and §6, client authentication §2.3.1,
//! revocation RFC 7009 §2.1.

use super::config::Config;
use super::server::{BodyFormat, ClientAuthentication};
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
    /// A refresh token (RFC 6749 §6).
    RefreshToken(RefreshToken),
}

/// A POST, ready to be sent. Its body and its authorization are secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Where to.
    pub url: String,
    /// The media type of the body.
    pub content_type: &'static str,
    /// The value of the `Authorization` header, where the client authenticates by it.
    pub authorization: Option<RequestSecret>,
    /// The body.
    pub body: RequestSecret,
}

impl Grant {
    /// The token request (RFC 6749 §3.2).
    pub fn request(&self, config: &Config) -> Request {
        let mut form = Form::default();
        match self {
            Grant::Password { credentials, visitor } => {
                form.add("grant_type", "password");
                form.add("username", &credentials.username);
                form.add("password", credentials.password.expose());
                form.add_some("scope", config.options.scope.as_deref());
                if let (Some(name), Some(token)) = (config.server.visitor_parameter, visitor) {
                    form.add(name, token.expose());
                }
            }
            // No `scope`: §6 takes its absence for the scope as first granted.
            Grant::RefreshToken(token) => {
                form.add("grant_type", "refresh_token");
                form.add("refresh_token", token.expose());
            }
        }
        authenticated(config, &config.token_endpoint, form)
    }
}

/// The revocation request of a refresh token (RFC 7009 §2.1), where there is an endpoint for it.
pub fn revocation(config: &Config, token: &RefreshToken) -> Option<Request> {
    let endpoint = config.options.revocation_endpoint.as_ref()?;
    let mut form = Form::default();
    form.add("token", token.expose());
    form.add("token_type_hint", "refresh_token");
    Some(authenticated(config, &endpoint.href, form))
}

/// Adds the client's identity: never in both places (§2.3).
fn authenticated(config: &Config, url: &str, mut form: Form) -> Request {
    let client_id = config.options.client_id.as_deref();
    let secret = config.options.client_secret.as_ref().map(|secret| secret.expose());
    let mut authorization = None;
    match (config.server.client_authentication, client_id, secret) {
        (ClientAuthentication::Basic, Some(id), Some(secret)) => {
            authorization = Some(RequestSecret::new(basic(id, secret)));
        }
        (ClientAuthentication::Basic | ClientAuthentication::Post, id, secret) => {
            form.add_some("client_id", id);
            form.add_some("client_secret", secret);
        }
    }
    let content_type = match config.server.body {
        BodyFormat::Form => "application/x-www-form-urlencoded",
    };
    Request { url: url.to_owned(), content_type, authorization, body: RequestSecret::new(form.0) }
}

/// `application/x-www-form-urlencoded` (RFC 6749 appendix B).
#[derive(Default)]
struct Form(String);

impl Form {
    fn add(&mut self, name: &str, value: &str) {
        if !self.0.is_empty() {
            self.0.push('&');
        }
        encode(name, &mut self.0);
        self.0.push('=');
        encode(value, &mut self.0);
    }

    fn add_some(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.add(name, value);
        }
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

/// `client_secret_basic`: both parts are form-encoded before they are joined (§2.3.1).
fn basic(client_id: &str, secret: &str) -> String {
    let mut pair = String::new();
    encode(client_id, &mut pair);
    pair.push(':');
    encode(secret, &mut pair);
    let mut value = String::from("Basic ");
    base64(pair.as_bytes(), &mut value);
    value
}

/// Base 64 (RFC 4648 §4).
fn base64(bytes: &[u8], out: &mut String) {
    for chunk in bytes.chunks(3) {
        let group = (0..3).fold(0, |group, i| group << 8 | u32::from(chunk.get(i).copied().unwrap_or(0)));
        for i in 0..4 {
            let shown = i <= chunk.len();
            out.push(if shown { sextet(group >> (18 - 6 * i) & 63) } else { '=' });
        }
    }
}

fn sextet(value: u32) -> char {
    let value = u8::try_from(value).unwrap_or(0);
    char::from(match value {
        0..26 => b'A' + value,
        26..52 => b'a' + value - 26,
        52..62 => b'0' + value - 52,
        62 => b'+',
        _ => b'/',
    })
}
