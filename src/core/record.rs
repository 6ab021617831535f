//! The stored record of a session.

use super::config::Config;
use super::error::{Code, Error};
pub use super::generation::Generation;
use super::members::{Members, Value};
pub use super::session_ids::SessionId;
use super::session_ids::SessionIds;
use super::time::{CLOCK_CORRECTION, Lifetime, Millis, Now, WallTime};
use super::token::{AccessToken, RefreshToken, TokenSet};

/// Whose session it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "recorder", derive(serde::Serialize, serde::Deserialize))]
pub enum Subject {
    /// A guest.
    Guest,
    /// A user who signed in.
    User,
}

impl Subject {
    /// The subject as `Session.subject` names it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Subject::Guest => "guest",
            Subject::User => "user",
        }
    }
}

/// One resource owner's session, with its newest token set.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "recorder", derive(serde::Serialize, serde::Deserialize))]
pub struct Record {
    /// The session's identifier.
    pub id: SessionId,
    /// Whose session it is.
    pub subject: Subject,
    /// The sessions that this one replaced: its page held them before, or they had ended there ("lost", see [`SessionIds`]).
    /// A page that still holds one of them changes to this session, whatever messages the page has missed (`supersedes` has
    /// the exact rule).
    pub replaces: SessionIds,
    /// The sessions that other pages had while this page kept its guest; the application got an event for each. A
    /// sign-in or an adoption copies the list into the new session. Stored as `apart`.
    pub kept_beside: SessionIds,
    /// Whether no page has given out a token of this guest yet. Then the guest has no cart. A guest whose token was
    /// refreshed does not count as unused.
    pub unused: bool,
    /// The number of the token set among all that this session has had.
    pub generation: Generation,
    /// The newest token set.
    pub tokens: TokenSet,
    /// [`Config::client_checksum`] of the client to which the server granted the token set. `None` if the token set was
    /// adopted. Stored as `granted_to`.
    pub(super) client_checksum: Option<i32>,
    /// The refreshes of the token set that had not succeeded when the record was stored.
    pub(super) attempts: Attempts,
}

/// The refreshes of a token set that have not succeeded.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[cfg_attr(feature = "recorder", derive(serde::Serialize, serde::Deserialize))]
pub(super) struct Attempts {
    /// When the latest refresh was sent or, if a refusal came after that, when the refusal came. `None` if `refusals` is
    /// `None`, and no response is missing that may have new tokens. Stored as `refresh_sent_at`.
    pub(super) latest_at: Option<WallTime>,
    /// The refusals since the last response of another kind.
    pub(super) refusals: Option<Refusals>,
}

/// Refusals in a row: responses that refuse a refresh for a reason that may last.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "recorder", derive(serde::Serialize, serde::Deserialize))]
pub(super) struct Refusals {
    /// How many there were. The number is negative if each of them may mean that the refresh token is rejected, and
    /// positive if none of them does: after a refusal of the other kind, the count begins anew.
    pub(super) count: i32,
    /// When the first of them came.
    pub(super) since: WallTime,
}

/// The version of the layout that [`Record::to_members`] writes.
const VERSION: f64 = 1.0;

/// The members that every record and message has: layout version, server and client.
pub(super) fn owner_members(config: &Config) -> Members {
    let mut members = Members::new();
    members.push("version", Value::Number(VERSION));
    members.push_text("token_endpoint", Some(&config.options.token_endpoint.href));
    members.push_text("client_id", config.options.client_id.as_deref());
    members
}

/// Why the members are not this client's, if so. A token is sent only to the server that issued it.
pub(super) fn mismatch(members: &Members, config: &Config) -> Option<&'static str> {
    if members.number("version") != Some(VERSION) {
        return Some("another version of this package wrote it");
    }
    let same_owner = members.text("token_endpoint") == Some(&config.options.token_endpoint.href)
        && members.text("client_id") == config.options.client_id.as_deref();
    (!same_owner).then_some("it belongs to another tokenEndpoint or clientId")
}

/// Whether the front has noted in the record that the application has signed out: the page had no core to do it.
pub(super) fn is_being_signed_out(members: &Members) -> bool {
    members.get("signing_out").is_some()
}

impl Record {
    /// The record as it is stored and sent to peers. It has the whole token set, so that the next page needs
    /// no refresh. A stored record may also have a [`lease`](super::lease), which [`Record::from_members`] does
    /// not read: a page decides anew.
    pub(super) fn to_members(&self, config: &Config, attempts: Attempts) -> Members {
        let mut members = owner_members(config);
        members.push_text("id", Some(&self.id.to_text()));
        members.push_text("subject", Some(self.subject.as_str()));
        members.push_text("replaces", self.replaces.to_text().as_deref());
        members.push_text("apart", self.kept_beside.to_text().as_deref());
        if self.unused {
            members.push("unused", Value::Number(1.0));
        }
        members.push("generation", Value::Number(self.generation.to_f64()));
        members.push_text("access_token", Some(self.tokens.access_token.expose()));
        let refresh_token = self.tokens.refresh_token.as_ref();
        members.push_text("refresh_token", refresh_token.map(|token| token.expose()));
        members.push_text("scope", self.tokens.scope.as_deref());
        members.push("sent_at", Value::Number(self.tokens.sent.wall.to_f64()));
        if let Lifetime::Known(lifetime) = self.tokens.lifetime {
            members.push("lifetime", Value::Number(lifetime.to_f64()));
        }
        if let Some(at) = self.tokens.refresh_expires_at {
            members.push("refresh_expires_at", Value::Number(at.to_f64()));
        }
        if let Some(checksum) = self.client_checksum {
            members.push("granted_to", Value::Number(checksum.into()));
        }
        if let Some(at) = attempts.latest_at {
            members.push("refresh_sent_at", Value::Number(at.to_f64()));
        }
        if let Some(refusals) = attempts.refusals {
            members.push("refused", Value::Number(refusals.count.into()));
            members.push("refused_since", Value::Number(refusals.since.to_f64()));
        }
        members
    }

    /// Whether a page that holds `held` must change to this session. `newest` is the number of the newest token set of
    /// `held` that the page may have, counting a refresh that is under way (`newest_generation`). The page must change:
    ///
    /// 1. if `replaces` has `held`, and not as lost;
    /// 2. if `replaces` has `held` as lost, and `newest` is not above the number in the list;
    /// 3. if both are users' sessions, and `replaces` or `kept_beside` has `held`, whatever the token sets. (`kept_beside`
    ///    has `held` if this user was a guest before, whose page knew of `held` and kept the guest.) An origin has one
    ///    person at a time, and users have their carts on the server.
    pub(super) fn supersedes(&self, held: &Record, newest: Generation) -> bool {
        match held.subject {
            Subject::Guest => self.replaces.covers(held.id, newest),
            Subject::User => self.users_before().covers(held.id, newest),
        }
    }

    /// Earlier sessions. If a page holds one of them, and it is a user's session, the page changes to this session (see
    /// `supersedes`). A sign-out of this session ends these users' sessions, too.
    pub(super) fn users_before(&self) -> SessionIds {
        match self.subject {
            Subject::Guest => self.replaces.clone(),
            Subject::User => self.replaces.and(&self.kept_beside),
        }
    }

    /// Whether this record has a newer token set than another record of the same session. On a server with a grace
    /// period, two pages can refresh the same token: of two token sets of one generation, the later request wins.
    pub(super) fn is_newer_than(&self, other: &Record) -> bool {
        self.generation > other.generation
            || self.generation == other.generation
                && self.tokens.sent.wall > other.tokens.sent.wall
                && self.tokens.access_token != other.tokens.access_token
    }

    /// Reads a stored record. `None` if it is damaged.
    ///
    /// # Errors
    ///
    /// [`Code::UnusableRecord`], if the record is not this client's: with the cause.
    pub fn from_members(members: &Members, config: &Config, now: Now) -> Result<Option<Record>, Error> {
        match mismatch(members, config) {
            Some(mismatch) => Err(Error::because(Code::UnusableRecord, mismatch)),
            None => Ok(Record::read(members, now)),
        }
    }

    fn read(members: &Members, now: Now) -> Option<Record> {
        let lifetime = match members.get("lifetime") {
            None => Lifetime::Unknown,
            Some(_) => Lifetime::Known(Millis::from_f64(members.number("lifetime")?)),
        };
        let sent_at = WallTime::from_f64(members.number("sent_at")?);
        let refresh_token = members.text("refresh_token").map(RefreshToken::new);
        Some(Record {
            id: SessionId::read(members, "id")?,
            subject: match members.text("subject")? {
                "guest" => Subject::Guest,
                "user" => Subject::User,
                _ => return None,
            },
            replaces: SessionIds::read(members, "replaces"),
            kept_beside: SessionIds::read(members, "apart"),
            unused: members.number("unused").is_some(),
            generation: Generation::from_f64(members.number("generation")?),
            client_checksum: members.number("granted_to").map(integer),
            attempts: Attempts {
                latest_at: members.number("refresh_sent_at").map(WallTime::from_f64),
                refusals: members.number("refused").map(|count| Refusals {
                    count: integer(count),
                    since: members.number("refused_since").map_or(now.wall, WallTime::from_f64),
                }),
            },
            tokens: TokenSet {
                access_token: AccessToken::parse(members.text("access_token")?)?,
                sent: on_both_clocks(sent_at, lifetime, refresh_token.as_ref(), now),
                refresh_token,
                scope: members.text("scope").map(str::to_owned),
                lifetime,
                refresh_expires_at: members.number("refresh_expires_at").map(WallTime::from_f64),
            },
        })
    }
}

#[expect(clippy::as_conversions, reason = "a float cast saturates, and makes NaN zero")]
fn integer(number: f64) -> i32 {
    number as i32
}

/// The time at which a token set was requested, by both clocks of this page. It is known by the wall clock only, since
/// another page or client has sent the request. If that clock was set back since, the token's age is unknown: a token that
/// can be refreshed counts as expired, any other as new, since a clock ends no session.
pub(super) fn on_both_clocks(
    sent_at: WallTime,
    lifetime: Lifetime,
    refresh_token: Option<&RefreshToken>,
    now: Now,
) -> Now {
    let set_back = sent_at.since(now.wall) > CLOCK_CORRECTION;
    let age = match lifetime {
        Lifetime::Known(lifetime) if set_back && refresh_token.is_some() => lifetime,
        Lifetime::Known(_) | Lifetime::Unknown => now.wall.since(sent_at),
    };
    now.before(age)
}
