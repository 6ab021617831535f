//! The secrets, each a type of its own whose `Debug` says "(redacted)", and the token set.
//!
//! A secret goes through many hands: a pointer of one word, where that to a bare text has two.

use std::cell::Cell;
use std::fmt;
use std::rc::Rc;

use super::time::{Lifetime, Millis, Now, WallTime};

macro_rules! secret {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq)]
        pub struct $name(Rc<String>);

        impl $name {
            /// Takes the secret in.
            pub fn new(secret: impl Into<String>) -> $name {
                $name(Rc::new(secret.into()))
            }

            /// The secret itself: only for a request, the storage, or the caller who asked.
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
    /// An access token that can stand in an `Authorization` header (RFC 6750 §2.1): visible
    /// ASCII, nothing that would end the header.
    pub fn parse(text: &str) -> Option<AccessToken> {
        let fits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
        fits.then(|| AccessToken::new(text))
    }
}

/// Resource owner password credentials (RFC 6749 §1.3.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credentials(Rc<(String, Password)>);

impl Credentials {
    /// The credentials of these parts.
    pub fn new(username: impl Into<String>, password: impl Into<String>) -> Credentials {
        Credentials(Rc::new((username.into(), Password::new(password))))
    }

    /// The resource owner's user name.
    pub fn username(&self) -> &str {
        &self.0.0
    }

    /// The resource owner's password.
    pub fn password(&self) -> &Password {
        &self.0.1
    }
}

/// The parameters of an access token response (RFC 6749 §5.1), and when it was asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct TokenSet {
    /// `access_token`
    pub access_token: AccessToken,
    /// `refresh_token`, or the one before it where a refresh answer has none (§6)
    pub refresh_token: Option<RefreshToken>,
    /// `scope`, as last granted
    pub scope: Option<String>,
    /// `expires_in`
    pub lifetime: Lifetime,
    /// When the request was sent: the life may have begun at any moment after. It is set back while
    /// others point to the record, where the wall clock shows a longer time.
    pub sent: Cell<Now>,
}

impl TokenSet {
    /// How old the token may be.
    pub fn age(&self, now: Now) -> Millis {
        now.since(self.sent.get())
    }

    /// What is left of its life, or [`Millis::MAX`] where the server did not say.
    pub fn remaining(&self, now: Now) -> Millis {
        match self.lifetime {
            Lifetime::Unknown => Millis::MAX,
            Lifetime::Known(lifetime) => lifetime.minus(self.age(now)),
        }
    }

    /// Whether its life is over.
    pub fn is_expired(&self, now: Now) -> bool {
        self.remaining(now) == Millis::ZERO
    }

    /// When its life ends, by the wall clock.
    pub fn expires_at(&self) -> Option<WallTime> {
        match self.lifetime {
            Lifetime::Unknown => None,
            Lifetime::Known(lifetime) => Some(self.sent.get().wall.after(lifetime)),
        }
    }
}
