//! Client authentication: where the client identifier and the client secret go (RFC 6749 §2.3.1).

use super::config::Config;
use super::server::ClientAuthentication;
use super::text::split_at_byte;
use super::token::ClientSecret;

/// `client_secret_basic` (RFC 6749 §2.3.1), with the Basic scheme (RFC 7617 §2).
#[derive(Clone, Debug, PartialEq)]
pub struct Basic {
    /// The user-id.
    pub client_id: String,
    /// The password.
    pub client_secret: ClientSecret,
    /// Whether both are form-encoded before they are joined, as RFC 6749 demands.
    pub encoded: bool,
}

impl Config {
    /// The client's credentials for the `Authorization` header, if that is where they go.
    pub(super) fn basic(&self, secret_in_header: bool) -> Option<Basic> {
        let Config { options, server, .. } = self;
        let (client_id, secret) = options.client_id.as_ref().zip(options.client_secret.as_ref())?;
        let encoded = match server.client_authentication() {
            ClientAuthentication::Basic => true,
            ClientAuthentication::Unspecified
                if secret_in_header || is_plain(client_id) && is_plain(secret.expose()) =>
            {
                true
            }
            // Servers that do not decode disagree on where a secret with a colon begins: it goes into the body.
            ClientAuthentication::BasicRaw if split_at_byte(secret.expose(), b':').0 == secret.expose() => {
                false
            }
            ClientAuthentication::BasicRaw
            | ClientAuthentication::Post
            | ClientAuthentication::None
            | ClientAuthentication::Unspecified => return None,
        };
        Some(Basic { client_id: client_id.clone(), client_secret: secret.clone(), encoded })
    }

    /// Whether the secret goes into the body, but could go into the header: servers decode it there in different ways,
    /// so that the body is better, except for servers that accept the header only.
    pub(super) fn may_use_header(&self) -> bool {
        self.basic(true).is_some() && self.basic(false).is_none()
    }
}

/// Whether form-encoding leaves the text unchanged (RFC 6749 appendix B).
pub(super) fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'*' | b'-' | b'.' | b'_'))
}
