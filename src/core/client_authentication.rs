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

/// Where the client secret goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "recorder", derive(serde::Serialize, serde::Deserialize))]
pub enum SecretPlace {
    /// Where the server's profile says.
    #[default]
    ByProfile,
    /// Into the `Authorization` header, although the profile allows the body: the server has refused it there.
    Header,
}

impl Config {
    /// The client's credentials for the `Authorization` header, if that is where they go.
    pub(super) fn basic(&self, place: SecretPlace) -> Option<Basic> {
        let Config { options, server, .. } = self;
        let (client_id, secret) = options.client_id.as_ref().zip(options.client_secret.as_ref())?;
        let encoded = match server.client_authentication() {
            ClientAuthentication::Basic => true,
            ClientAuthentication::Unspecified
                if place == SecretPlace::Header || is_plain(client_id) && is_plain(secret.expose()) =>
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

    /// Whether a secret that the server refused in the body may be sent in the header instead. The header is second,
    /// because servers decode it in different ways.
    pub(super) fn can_move_secret_to_header(&self) -> bool {
        self.basic(SecretPlace::Header).is_some() && self.basic(SecretPlace::ByProfile).is_none()
    }
}

/// Whether form-encoding leaves the text unchanged (RFC 6749 appendix B).
pub(super) fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'*' | b'-' | b'.' | b'_'))
}
