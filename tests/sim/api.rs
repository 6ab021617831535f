//! The APIs of the shop, and the requests to them, as the bearer `fetch` sends them.

use storefront_token_client::core::ids::CallId;

/// How the API at one address responds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Api {
    /// It rejects a token that the server does not take.
    Honest,
    /// It rejects every token.
    Rejects,
    /// It rejects every token, and is overloaded when the request is sent again.
    Overloaded,
}

impl Api {
    pub fn address(self) -> &'static str {
        match self {
            Api::Honest => "https://shop.example/cart",
            Api::Rejects => "https://shop.example/forbidden",
            Api::Overloaded => "https://shop.example/overloaded",
        }
    }

    pub fn status(self, takes_token: bool, is_second: bool) -> u16 {
        match self {
            Api::Honest if takes_token => 200,
            Api::Overloaded if is_second => 503,
            Api::Honest | Api::Rejects | Api::Overloaded => 401,
        }
    }
}

/// A request that waits for the reply to this call.
#[derive(Clone, Copy, Debug)]
pub struct Fetch {
    pub call: CallId,
    pub api: Api,
    /// Whether it was sent before, and rejected with 401.
    pub is_second: bool,
    pub timeout: i64,
}
