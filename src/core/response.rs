//! How an exchange with the token endpoint ended.

use super::members::Members;
use super::time::Millis;

/// How an exchange ended.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "recorder", derive(serde::Serialize, serde::Deserialize))]
pub enum ExchangeResult {
    /// With a response.
    Response(Response),
    /// Without one: offline, blocked by CORS, or aborted. The host cannot tell these apart.
    NoResponse,
}

impl ExchangeResult {
    /// Whether there was a response with a status of success, whatever its body is.
    pub(super) fn is_success(&self) -> bool {
        matches!(self, ExchangeResult::Response(response) if (200..300).contains(&response.status))
    }
}

/// An HTTP response.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "recorder", derive(serde::Serialize, serde::Deserialize))]
pub struct Response {
    /// The HTTP status; 0 for a redirect whose status the browser hides.
    pub status: u16,
    /// `Retry-After` (RFC 9110 §10.2.3), if it is readable.
    pub retry_after: Option<Millis>,
    /// The media type, in lower case and without parameters.
    pub content_type: String,
    /// The body.
    pub body: Body,
    /// The names of the members that repeat a secret of the request, encoded or not. They count for the verdict,
    /// and no error shows them.
    pub repeating: Vec<String>,
}

impl Response {
    /// The members of a successful response.
    pub(super) fn success(members: Members) -> Response {
        Response::new(200, Body::Members(members))
    }

    /// A response with the media type `application/json`.
    pub fn new(status: u16, body: Body) -> Response {
        let content_type = String::from("application/json");
        Response { status, retry_after: None, content_type, body, repeating: Vec::new() }
    }

    pub(super) fn repeats_secret_in(&self, name: &str) -> bool {
        self.repeating.iter().any(|repeating| repeating == name)
    }
}

/// The body of a response.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "recorder", derive(serde::Serialize, serde::Deserialize))]
pub enum Body {
    /// A JSON object.
    Members(Members),
    /// Anything else, such as HTML, a JSON array, or nothing. The text may be shortened.
    Text(String),
    /// The connection was closed before the end of the body.
    Cut,
}
