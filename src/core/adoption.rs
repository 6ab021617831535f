//! Adoption: a session that another client began becomes this client's.

use super::config::Config;
use super::error::{Code, Error};
use super::granted::Granted;
use super::members::Members;
use super::random::Random;
use super::record::{Attempts, Generation, Record, SessionId, Subject, on_both_clocks};
use super::response::Response;
use super::response_reader::ResponseReader;
use super::session_ids::SessionIds;
use super::time::{Now, WallTime};
use super::token::TokenSet;

/// Tokens that the server granted to another client.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "recorder", derive(serde::Serialize, serde::Deserialize))]
pub struct Adoption {
    /// The session's identifier, computed from the tokens: two pages that adopt the same tokens hold one session, and a
    /// session that has ended cannot be adopted again.
    pub(super) id: SessionId,
    pub(super) subject: Subject,
    pub(super) granted: Granted,
    issued_at: WallTime,
}

impl Adoption {
    /// Reads an access token response (RFC 6749 §5.1).
    ///
    /// # Errors
    ///
    /// [`Code::InvalidArgument`] if there is no access token, or one of another type than Bearer.
    pub fn read(
        config: &Config,
        tokens: Members,
        subject: Subject,
        issued_at: WallTime,
    ) -> Result<Adoption, Error> {
        let reader = ResponseReader { server: &config.server, response: &Response::success(tokens) };
        let granted =
            Granted::read(&reader).map_err(|problem| Error::because(Code::InvalidArgument, problem))?;
        let refresh_token = granted.refresh_token.as_ref().map(|token| token.expose());
        let text = refresh_token.unwrap_or(granted.access_token.expose());
        // The random numbers serve as a hash: each byte changes the seed of the next one.
        let bits = text.bytes().fold(0, |bits, byte| Random::new(bits ^ u64::from(byte)).bits());
        Ok(Adoption { id: SessionId::new(bits), subject, granted, issued_at })
    }

    /// The record of the session.
    pub(super) fn record(&self, now: Now) -> Record {
        let Granted { access_token, refresh_token, scope, lifetime, refresh_lifetime } = self.granted.clone();
        let sent = on_both_clocks(self.issued_at, lifetime, refresh_token.as_ref(), now);
        let refresh_expires_at = refresh_lifetime.map(|lifetime| self.issued_at.after(lifetime));
        Record {
            id: self.id,
            subject: self.subject,
            replaces: SessionIds::default(),
            kept_beside: SessionIds::default(),
            unused: false,
            generation: Generation::default(),
            tokens: TokenSet { access_token, refresh_token, refresh_expires_at, scope, lifetime, sent },
            client_checksum: None,
            attempts: Attempts::default(),
        }
    }
}
