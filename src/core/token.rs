//! The token set, and the secrets: each is a type of its own whose `Debug` prints "(redacted)".
//!
//! Secrets are passed around a lot, so each is one pointer (`Rc<String>`), half the size of an `Rc<str>`.

use std::fmt;
use std::rc::Rc;

use super::members::Members;
use super::time::{Lifetime, Now, WallTime};

macro_rules! secret {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq)]
        #[cfg_attr(feature = "recorder", derive(serde::Serialize, serde::Deserialize))]
        pub struct $name(Rc<String>);

        impl $name {
            /// Wraps the secret.
            pub fn new(secret: impl Into<String>) -> $name {
                $name(Rc::new(secret.into()))
            }

            /// The secret itself. Only for a request, the record (in the storage or for a peer), and the caller.
            pub fn expose(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(redacted)"))
            }
        }
    };
}

secret! {
    /// An access token (RFC 6749 §1.4).
    AccessToken
}
secret! {
    /// A refresh token (RFC 6749 §1.5).
    RefreshToken
}
secret! {
    /// A client password (RFC 6749 §2.3.1).
    ClientSecret
}
secret! {
    /// A resource owner's password (RFC 6749 §1.3.3).
    Password
}

impl AccessToken {
    /// Reads an access token. It must fit an `Authorization` header (RFC 6750 §2.1): visible ASCII
    /// characters only.
    pub fn parse(text: &str) -> Option<AccessToken> {
        let fits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
        fits.then(|| AccessToken::new(text))
    }
}

/// Resource owner password credentials (RFC 6749 §1.3.3), and what else a server demands of a sign-in, such
/// as a one-time password.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "recorder", derive(serde::Serialize, serde::Deserialize))]
pub struct Credentials(Rc<(String, Password, Members)>);

impl Credentials {
    /// The credentials with this user name and this password.
    pub fn new(username: impl Into<String>, password: impl Into<String>) -> Credentials {
        Credentials(Rc::new((username.into(), Password::new(password), Members::new())))
    }

    /// The same credentials with these parameters, which are sent with the password grant only.
    pub fn with_parameters(&self, parameters: Members) -> Credentials {
        let (username, password, _) = &*self.0;
        Credentials(Rc::new((username.clone(), password.clone(), parameters)))
    }

    /// The resource owner's user name.
    pub fn username(&self) -> &str {
        &self.0.0
    }

    /// The resource owner's password.
    pub fn password(&self) -> &Password {
        &self.0.1
    }

    /// The additional parameters. Their values are secrets.
    pub fn parameters(&self) -> &Members {
        &self.0.2
    }
}

/// The parameters of an access token response (RFC 6749 §5.1), and when the request for it was sent.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "recorder", derive(serde::Serialize, serde::Deserialize))]
pub struct TokenSet {
    /// `access_token`
    pub access_token: AccessToken,
    /// `refresh_token`. A refresh response without one leaves the previous refresh token valid
    /// (RFC 6749 §6).
    pub refresh_token: Option<RefreshToken>,
    /// `scope`: the one that the server granted, or else the one that was requested.
    pub scope: Option<String>,
    /// `expires_in`: the access token's lifetime.
    pub lifetime: Lifetime,
    /// When the request was sent. The token was issued at this time or later.
    pub sent: Now,
    /// When the refresh token expires, by the wall clock. `None` if the server did not say.
    pub refresh_expires_at: Option<WallTime>,
}

impl TokenSet {
    /// When the access token expires, by the wall clock. `None` if the server did not say.
    pub fn expires_at(&self) -> Option<WallTime> {
        match self.lifetime {
            Lifetime::Unknown => None,
            Lifetime::Known(lifetime) => Some(self.sent.wall.after(lifetime)),
        }
    }
}
