//! The tokens that a server grants (RFC 6749 §5.1).

use super::members::Value;
use super::response_reader::ResponseReader;
use super::text::{digits, split_at_byte};
use super::time::{Lifetime, Millis};
use super::token::{AccessToken, RefreshToken};

/// The parameters of an access token response (RFC 6749 §5.1).
#[derive(Clone, Debug)]
#[cfg_attr(feature = "recorder", derive(serde::Serialize, serde::Deserialize))]
pub struct Granted {
    /// `access_token`
    pub access_token: AccessToken,
    /// `refresh_token`
    pub refresh_token: Option<RefreshToken>,
    /// `scope`
    pub scope: Option<String>,
    /// `expires_in`
    pub lifetime: Lifetime,
    /// `refresh_expires_in`, which no RFC defines: the lifetime of the refresh token
    pub refresh_lifetime: Option<Millis>,
}

impl Granted {
    /// The tokens of a successful response, or its fault.
    pub(super) fn read(reader: &ResponseReader<'_>) -> Result<Granted, &'static str> {
        let access_token =
            reader.text("access_token").and_then(AccessToken::parse).ok_or("no access_token")?;
        // RFC 6749 §7.1: a client must not use a token of a type that it does not understand.
        if reader.text("token_type").is_some_and(|kind| !kind.eq_ignore_ascii_case("bearer")) {
            return Err("token_type is not Bearer");
        }
        let refresh_token = reader.text("refresh_token").filter(|token| !token.is_empty());
        // Keycloak sends 0 for a token that does not expire, and has sent negative numbers.
        let refresh_lifetime =
            lifetime(reader, "refresh_expires_in").filter(|lifetime| *lifetime > Millis::ZERO);
        Ok(Granted {
            access_token,
            refresh_token: refresh_token.map(RefreshToken::new),
            scope: reader.text("scope").map(str::to_owned),
            lifetime: lifetime(reader, "expires_in").map_or(Lifetime::Unknown, Lifetime::Known),
            refresh_lifetime,
        })
    }
}

/// A number of seconds, which some servers send as a string.
fn lifetime(reader: &ResponseReader<'_>, name: &str) -> Option<Millis> {
    match reader.member(name)? {
        Value::Number(secs) => Some(Millis::from_secs_f64(*secs)),
        Value::Text(text) => whole_seconds(text),
        Value::Null | Value::Other => None,
    }
}

/// Reads a decimal number of seconds, without its fraction. A negative number counts as zero.
fn whole_seconds(text: &str) -> Option<Millis> {
    let (text, negative) = text.strip_prefix('-').map_or((text, false), |digits| (digits, true));
    let (whole, _) = split_at_byte(text, b'.');
    if negative { digits(whole).map(|_| Millis::ZERO) } else { digits(whole).map(Millis::from_secs) }
}
