//! Reads a response with the names of the server's profile.

use super::error::OAuthError;
use super::members::{Members, Value};
use super::response::{Body, Response};
use super::server::ServerProfile;

/// The tokens of a response (RFC 6749 §5.1, `OpenID` Connect), and the texts of [`OAuthError`].
const STANDARD_MEMBERS: [&str; 7] =
    ["access_token", "refresh_token", "id_token", "error", "error_description", "error_uri", "hint"];

/// A response, and the profile of the server that sent it.
pub(super) struct ResponseReader<'a> {
    pub(super) server: &'a ServerProfile,
    pub(super) response: &'a Response,
}

impl ResponseReader<'_> {
    pub(super) fn is_error(&self) -> bool {
        let success = (200..300).contains(&self.response.status) && self.body_text().is_none();
        !success || self.text("error").is_some()
    }

    /// The body, if it is not a JSON object.
    pub(super) fn body_text(&self) -> Option<&str> {
        if let Body::Text(text) = &self.response.body { Some(text) } else { None }
    }

    pub(super) fn text<'n>(&'n self, name: &'n str) -> Option<&'n str> {
        self.member(name)?.text()
    }

    pub(super) fn member<'n>(&'n self, name: &'n str) -> Option<&'n Value> {
        self.member_and_name(name).map(|(_, value)| value)
    }

    /// The member with this name, or with another name that the server uses for it: its own name and its value.
    fn member_and_name<'n>(&'n self, name: &'n str) -> Option<(&'n str, &'n Value)> {
        let Body::Members(members) = &self.response.body else { return None };
        let mut found =
            members.get(name).filter(|value| !matches!(value, Value::Null)).map(|value| (name, value));
        if found.is_none() {
            self.server.any_member_name(name, &mut |other| {
                found = members.get(other).map(|value| (other, value));
                found.is_some()
            });
        }
        found
    }

    /// The server's texts, except those that repeat a secret of the request.
    pub(super) fn oauth_error(&self) -> OAuthError {
        let text = |name| {
            let (own_name, value) = self.member_and_name(name)?;
            value.text().filter(|_| !self.response.repeats_secret_in(own_name)).map(str::to_owned)
        };
        OAuthError {
            error: text("error"),
            error_description: text("error_description"),
            error_uri: text("error_uri"),
            hint: text("hint"),
            parameters: Members::new(),
        }
    }

    /// The strings for which this crate has no use, except those that repeat a secret of the request. The
    /// application needs them for the next step, such as `mfa_token`.
    pub(super) fn other_texts(&self) -> Members {
        let mut texts = Members::new();
        let Body::Members(members) = &self.response.body else { return texts };
        for (name, value) in members.iter().filter(|(name, _)| !self.is_standard(name)) {
            texts.push_text(name, value.text().filter(|_| !self.response.repeats_secret_in(name)));
        }
        texts
    }

    fn is_standard(&self, name: &str) -> bool {
        STANDARD_MEMBERS.iter().any(|standard| {
            *standard == name || self.server.any_member_name(standard, &mut |other| other == name)
        })
    }
}
