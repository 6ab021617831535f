//! Grants and the requests for them: RFC 6749 §4.3.2 and §6, client authentication by §2.3.1, revocation
//! by RFC 7009 §2.1.

use super::client_authentication::{Basic, SecretPlace};
use super::config::Config;
use super::members::Members;
use super::token::{AccessToken, Credentials, RefreshToken};

/// What is exchanged for a token set.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "recorder", derive(serde::Serialize, serde::Deserialize))]
pub enum Grant {
    /// A user's resource owner password credentials (RFC 6749 §4.3).
    Password {
        /// The credentials.
        credentials: Credentials,
        /// The access token of the guest that becomes this user, for servers that merge the two.
        guest: Option<AccessToken>,
    },
    /// A new guest: credentials that everybody may use, or a grant that needs none.
    Guest(Option<Credentials>),
    /// A refresh token (RFC 6749 §6).
    RefreshToken(RefreshToken),
}

/// What a grant is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "recorder", derive(serde::Serialize, serde::Deserialize))]
pub enum GrantKind {
    /// To sign a user in.
    SignIn,
    /// To take over a session that another client began. No request is sent for it.
    Adoption,
    /// To create a guest.
    Guest,
    /// To refresh the session's access token.
    Refresh,
}

/// A POST request, which the host encodes and sends. Its parameters are secrets: `Debug` shows only their
/// names.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// The absolute URL.
    pub url: String,
    /// Whether the body is a JSON object, instead of a form (RFC 6749 appendix B).
    pub json: bool,
    /// Additional headers.
    pub headers: Members,
    /// The client's credentials for the `Authorization` header, unless they are parameters.
    pub basic: Option<Basic>,
    /// The parameters, in order.
    pub parameters: Members,
    /// Bit n is set if parameter n is a secret, which no error may repeat.
    pub secret_parameters: u32,
}

impl Grant {
    pub(super) fn kind(&self) -> GrantKind {
        match self {
            Grant::Password { .. } => GrantKind::SignIn,
            Grant::Guest(_) => GrantKind::Guest,
            Grant::RefreshToken(_) => GrantKind::Refresh,
        }
    }

    /// The token request (RFC 6749 §3.2).
    pub fn request(&self, config: &Config, secret_place: SecretPlace) -> Request {
        let mut form = Form::of(config);
        let path = match self {
            Grant::Password { credentials, guest } => {
                form.add_grant_type("password");
                form.add_credentials(credentials);
                if let (Some(name), Some(token)) = (config.server.guest_token_parameter(), guest) {
                    form.add_secret(name, token.expose());
                }
                None
            }
            Grant::Guest(credentials) => {
                form.add_grant_type(if credentials.is_some() { "password" } else { "guest" });
                match credentials {
                    Some(credentials) => form.add_credentials(credentials),
                    None => form.add_scope(),
                }
                config.server.guest_endpoint()
            }
            // Without `scope`, the server grants the original scope again (RFC 6749 §6).
            Grant::RefreshToken(token) => {
                form.add_grant_type("refresh_token");
                form.add_secret(config.server.parameter("refresh_token"), token.expose());
                config.server.refresh_endpoint()
            }
        };
        let mut request = authenticated(config.endpoint(path), form, secret_place);
        if let Grant::Password { credentials, .. } = self {
            for (name, value) in credentials.parameters().iter() {
                // They come last, so that none replaces a parameter of the grant, the client or the profile.
                if request.parameters.get(name).is_none() {
                    request.secret_parameters |= bit_after(&request.parameters);
                    request.parameters.push_text(name, value.text());
                }
            }
        }
        request
    }
}

/// The request that revokes a refresh token (RFC 7009 §2.1), if there is a revocation endpoint.
pub fn revocation(config: &Config, token: &RefreshToken, secret_place: SecretPlace) -> Option<Request> {
    let endpoint = config.options.revocation_endpoint.as_ref()?;
    let mut form = Form::of(config);
    form.add_secret("token", token.expose());
    form.add("token_type_hint", "refresh_token");
    Some(authenticated(endpoint.clone(), form, secret_place))
}

/// Adds the client's credentials to the headers or to the parameters, never to both (RFC 6749 §2.3), and what the
/// server's profile adds to each request.
fn authenticated(url: String, mut form: Form, secret_place: SecretPlace) -> Request {
    let Config { options, server, .. } = form.config;
    let basic = form.config.basic(secret_place);
    if basic.is_none() {
        form.add_some("client_id", options.client_id.as_deref());
        if let Some(secret) = &options.client_secret {
            form.add_secret(server.parameter("client_secret"), secret.expose());
        }
    }
    let mut headers = Members::new();
    server.each_header(&mut |name, value| headers.push_text(name, Some(value)));
    server.each_parameter(&mut |name, value| form.add_secret(name, value));
    let Form { parameters, secret_parameters, .. } = form;
    Request { url, json: server.sends_json(), headers, basic, parameters, secret_parameters }
}

/// The bit of the next parameter. Beyond 32, parameters share bits: if one of them is a secret, all count as secrets.
fn bit_after(parameters: &Members) -> u32 {
    1_u32.wrapping_shl(u32::try_from(parameters.iter().len()).unwrap_or(0))
}

/// The parameters of a request, with the server's names.
struct Form<'a> {
    config: &'a Config,
    parameters: Members,
    secret_parameters: u32,
}

impl<'a> Form<'a> {
    fn of(config: &'a Config) -> Form<'a> {
        Form { config, parameters: Members::new(), secret_parameters: 0 }
    }

    fn add(&mut self, name: &str, value: &str) {
        self.parameters.push_text(name, Some(value));
    }

    fn add_secret(&mut self, name: &str, value: &str) {
        self.secret_parameters |= bit_after(&self.parameters);
        self.add(name, value);
    }

    fn add_parameter(&mut self, name: &str, value: &str) {
        self.add(self.config.server.parameter(name), value);
    }

    fn add_some(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.add_parameter(name, value);
        }
    }

    fn add_grant_type(&mut self, name: &str) {
        self.add_parameter("grant_type", self.config.server.grant_type(name));
    }

    fn add_credentials(&mut self, credentials: &Credentials) {
        self.add_parameter("username", credentials.username());
        self.add_secret(self.config.server.parameter("password"), credentials.password().expose());
        self.add_scope();
    }

    fn add_scope(&mut self) {
        self.add_some("scope", self.config.options.scope.as_deref());
    }
}
