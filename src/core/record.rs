//! A session, and the record of it in the storage.

use std::cell::Cell;
use std::num::NonZeroU64;

use super::config::Config;
use super::error::{Code, Error};
use super::members::{Members, Value};
use super::time::{Lifetime, Millis, Now, WallTime};
use super::token::{AccessToken, RefreshToken, TokenSet};

/// Whose session it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A visitor.
    Guest,
    /// A user who signed in.
    User,
}

impl Subject {
    /// The word for it in the public API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Subject::Guest => "guest",
            Subject::User => "user",
        }
    }
}

/// Names a session. It is made here, tells nothing, and stays the same through every refresh.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionId(NonZeroU64);

impl SessionId {
    /// An identifier of random bits.
    pub fn new(bits: u64) -> SessionId {
        SessionId(NonZeroU64::MIN.saturating_add(bits))
    }

    /// Reads what [`SessionId::to_text`] has written.
    pub(super) fn parse(text: &str) -> Option<SessionId> {
        let digit = |byte| char::from(byte).to_digit(16).map(u64::from);
        let bits = text.bytes().try_fold(0, |bits, byte| Some(bits << 4 | digit(byte)?))?;
        NonZeroU64::new(bits).map(SessionId)
    }

    pub(super) fn read(members: &Members, name: &str) -> Option<SessionId> {
        SessionId::parse(members.text(name)?)
    }

    /// The identifier in 16 hexadecimal digits.
    pub fn to_text(self) -> String {
        let digit = |at: u32| u32::try_from(self.0.get() >> (4 * at) & 15).ok();
        (0..16).rev().filter_map(|at| char::from_digit(digit(at)?, 16)).collect()
    }
}

/// Counts the token sets that a session has had: of two records of it, which is the newer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Generation(u64);

impl Generation {
    pub(super) fn from_f64(count: f64) -> Generation {
        Generation(Millis::from_f64(count).get())
    }

    pub(super) fn to_f64(self) -> f64 {
        Millis::new(self.0).to_f64()
    }

    /// The generation after this one.
    #[must_use]
    pub fn next(self) -> Generation {
        Generation(self.0.saturating_add(1))
    }
}

/// A session: one resource owner's grant, with the newest token set of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// Its name.
    pub id: SessionId,
    /// Whose it is.
    pub subject: Subject,
    /// The session that it took the place of: those who hold that one go over to this.
    pub replaces: Option<SessionId>,
    /// How many token sets there were.
    pub generation: Generation,
    /// The newest.
    pub tokens: TokenSet,
    /// When the newest was sent for a refresh that has not been answered with a newer one: a page
    /// that goes meanwhile leaves this to the next.
    pub refresh_started_at: Cell<Option<WallTime>>,
}

/// The layout of [`Record::to_members`].
const VERSION: f64 = 1.0;

/// Members that say whose they are: of this layout, this server and this client.
pub(super) fn our_members(config: &Config) -> Members {
    let mut members = Members::new();
    members.push("version", Value::Number(VERSION));
    members.push_text("token_endpoint", Some(&config.options.token_endpoint.href));
    members.push_text("client_id", config.options.client_id.as_deref());
    members
}

/// Why members are not ours, if so. A token is never sent to a server that did not issue it.
pub(super) fn objection(members: &Members, config: &Config) -> Option<&'static str> {
    if members.number("version") != Some(VERSION) {
        return Some("it is of another version");
    }
    let ours = members.text("token_endpoint") == Some(&config.options.token_endpoint.href)
        && members.text("client_id") == config.options.client_id.as_deref();
    (!ours).then_some("it is another server's")
}

impl Record {
    /// The record as it is stored: all of the token set, so that the next page needs no refresh.
    pub fn to_members(&self, config: &Config) -> Members {
        let mut members = our_members(config);
        members.push_text("id", Some(&self.id.to_text()));
        members.push_text("subject", Some(self.subject.as_str()));
        members.push_text("replaces", self.replaces.map(SessionId::to_text).as_deref());
        members.push("generation", Value::Number(self.generation.to_f64()));
        members.push_text("access_token", Some(self.tokens.access_token.expose()));
        let refresh_token = self.tokens.refresh_token.as_ref();
        members.push_text("refresh_token", refresh_token.map(|token| token.expose()));
        members.push_text("scope", self.tokens.scope.as_deref());
        members.push("sent_at", Value::Number(self.tokens.sent.get().wall.to_f64()));
        if let Lifetime::Known(lifetime) = self.tokens.lifetime {
            members.push("life", Value::Number(lifetime.to_f64()));
        }
        if let Some(at) = self.refresh_started_at.get() {
            members.push("refresh_sent_at", Value::Number(at.to_f64()));
        }
        members
    }

    /// Of two of one count, which a server with a grace period may give, the one that was asked for later.
    pub(super) fn is_newer_than(&self, other: &Record) -> bool {
        let sent = |record: &Record| record.tokens.sent.get().wall;
        self.generation > other.generation
            || self.generation == other.generation
                && sent(self) > sent(other)
                && self.tokens.access_token != other.tokens.access_token
    }

    /// Reads a stored record.
    ///
    /// # Errors
    ///
    /// [`Code::UnusableRecord`], with the cause.
    pub fn from_members(members: &Members, config: &Config, now: Now) -> Result<Record, Error> {
        let unusable = |cause| Error::because(Code::UnusableRecord, cause);
        match objection(members, config) {
            Some(objection) => Err(unusable(objection)),
            None => Record::read(members, now).ok_or_else(|| unusable("it is damaged")),
        }
    }

    fn read(members: &Members, now: Now) -> Option<Record> {
        let lifetime = match members.get("life") {
            None => Lifetime::Unknown,
            Some(_) => Lifetime::Known(Millis::from_f64(members.number("life")?)),
        };
        let sent_at = WallTime::from_f64(members.number("sent_at")?);
        Some(Record {
            id: SessionId::read(members, "id")?,
            subject: match members.text("subject")? {
                "guest" => Subject::Guest,
                "user" => Subject::User,
                _ => return None,
            },
            replaces: SessionId::read(members, "replaces"),
            generation: Generation::from_f64(members.number("generation")?),
            refresh_started_at: Cell::new(members.number("refresh_sent_at").map(WallTime::from_f64)),
            tokens: TokenSet {
                access_token: AccessToken::parse(members.text("access_token")?)?,
                refresh_token: members.text("refresh_token").map(RefreshToken::new),
                scope: members.text("scope").map(str::to_owned),
                lifetime,
                sent: Cell::new(sent(sent_at, lifetime, now)),
            },
        })
    }
}

/// How far the clock may seem set back between two pages: it is disciplined all the time.
const CLOCK_PLAY: Millis = Millis::from_secs(5);

/// When the request of a restored token set was sent, on both clocks. Only the wall clock is left
/// of the page before; where it was set back, the age is unknown, and the token is taken for old.
fn sent(sent_at: WallTime, lifetime: Lifetime, now: Now) -> Now {
    let set_back = sent_at.since(now.wall) > CLOCK_PLAY;
    let age = match lifetime {
        Lifetime::Known(lifetime) if set_back => lifetime,
        Lifetime::Known(_) | Lifetime::Unknown => now.wall.since(sent_at),
    };
    now.before(age)
}
