//! The front of a page: it answers calls from leases, by the rule of `core::lease`, as the JavaScript does.

use storefront_token_client::core::call::{Command, Reply, Ticket};
use storefront_token_client::core::ids::CallId;
use storefront_token_client::core::io::{Effect, Input, Loaded};
use storefront_token_client::core::lease::Lease;
use storefront_token_client::core::members::Members;
use storefront_token_client::core::session::Session;
use storefront_token_client::core::time::{Millis, Now};
use storefront_token_client::core::token::AccessToken;

use crate::clock::Shown;
use crate::scenario::{CLIENT_ID, TOKEN_ENDPOINT};

/// The token and the session that a lease lets the front give out, and when.
#[derive(Clone, Debug, PartialEq)]
pub struct Offer {
    pub token: String,
    pub id: String,
    pub is_guest: bool,
    from: f64,
    until: f64,
}

impl Offer {
    pub fn of(lease: &Lease) -> Offer {
        Offer {
            token: lease.token.expose().to_owned(),
            id: lease.session.id().to_text(),
            is_guest: lease.session.subject().as_str() == "guest",
            from: lease.term.from.to_f64(),
            until: lease.term.until.to_f64(),
        }
    }

    /// The offer of a stored record.
    pub fn stored(record: &Members, has_ended: impl Fn(&str) -> bool) -> Option<Offer> {
        let number = |name| record.number(name).filter(|number| number.is_finite());
        let is_ours = record.number("version") == Some(1.0)
            && record.text("token_endpoint") == Some(TOKEN_ENDPOINT)
            && record.text("client_id") == Some(CLIENT_ID);
        let uncertain = ["refresh_sent_at", "refused", "signing_out"];
        let is_certain = uncertain.iter().all(|name| record.get(name).is_none());
        let (from, until) = (number("lease_from")?, number("lease_until")?);
        let (sent_at, lifetime) = (number("sent_at")?, number("lifetime")?);
        let is_of_token = sent_at <= from && until <= sent_at + lifetime;
        let id = record.text("id").filter(|id| is_id(id) && !has_ended(id))?;
        let subject = record.text("subject").filter(|subject| ["guest", "user"].contains(subject))?;
        let token = AccessToken::parse(record.text("access_token")?)?;
        let has_scope = record.get("scope").is_none_or(|scope| scope.text().is_some());
        (is_ours && is_certain && is_of_token && has_scope).then(|| Offer {
            token: token.expose().to_owned(),
            id: id.to_owned(),
            is_guest: subject == "guest",
            from,
            until,
        })
    }

    fn holds_at(&self, wall: i64) -> bool {
        self.from <= wall as f64 && (wall as f64) < self.until
    }

    pub fn reply(&self) -> Reply {
        let (token, user) = (AccessToken::new(&*self.token), (!self.is_guest).then_some(&*self.id));
        Reply::Token(token.clone(), Ticket::new(token, user, String::new()))
    }
}

fn is_id(text: &str) -> bool {
    text.len() == 16 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// The calls that the front can answer.
pub fn is_plain(command: &Command) -> bool {
    matches!(command, Command::Token { min_validity: Millis::ZERO, force_refresh: false })
}

/// The front's memory: a lease, and what the clocks showed.
#[derive(Debug, Default)]
pub struct Front {
    /// Whether the core runs. From then on only its own lease counts.
    pub core_runs: bool,
    /// The last stored record whose session the application may have seen.
    pub shown: Option<Members>,
    seen: Option<Seen>,
}

#[derive(Debug)]
struct Seen {
    offer: Offer,
    first: Shown,
    last_wall: i64,
    /// Whether the lease held at the last look.
    held: bool,
}

impl Front {
    /// The core's lease after an input, before the effects are carried out.
    pub fn offered(&mut self, lease: Option<Lease>, now: Shown) {
        self.seen = None;
        self.see(lease.as_ref().map(Offer::of), now);
    }

    /// The lease that is in force now: without the core, that of the stored record.
    pub fn see(&mut self, offer: Option<Offer>, now: Shown) {
        match (&mut self.seen, offer) {
            (Some(seen), Some(offer)) if seen.offer == offer => {}
            (seen, offer) => {
                *seen = offer.map(|offer| Seen { offer, first: now, last_wall: now.wall, held: false })
            }
        }
    }

    /// The lease of the stored record, if it has one, is in force until the core runs.
    pub fn see_stored(&mut self, record: Option<&Members>, has_ended: impl Fn(&str) -> bool, now: Shown) {
        let offer = record.and_then(|record| Offer::stored(record, has_ended));
        if offer.is_some() {
            self.shown = record.cloned();
        }
        self.see(offer, now);
    }

    /// When the lease in force was first seen.
    pub fn first_seen(&self) -> Option<Shown> {
        self.seen.as_ref().map(|seen| seen.first)
    }

    /// The front's offer to a call. Without one, the front asks the core.
    pub fn answer(&mut self, now: Shown) -> Option<Offer> {
        let seen = self.seen.as_mut()?;
        if seen.held && now.wall == seen.last_wall {
            return Some(seen.offer.clone());
        }
        let went_back = now.wall < seen.last_wall;
        seen.last_wall = now.wall;
        let passed = (now.mono - seen.first.mono) as f64;
        let in_time = seen.offer.holds_at(now.wall) && passed < seen.offer.until - seen.first.wall as f64;
        seen.held = in_time && !went_back;
        seen.held.then(|| seen.offer.clone())
    }
}

/// What the core would reply to the same call at once, if the storage has this. A copy of it is asked.
pub fn core_reply(session: &Session, now: Now, stored: Loaded) -> Option<Reply> {
    let mut copy = session.clone();
    let call = CallId(u32::MAX);
    let command = Command::Token { min_validity: Millis::ZERO, force_refresh: false };
    let mut effects = copy.handle(now, Input::Call(call, command));
    if let [Effect::Load(read)] = effects[..] {
        effects = copy.handle(now, Input::Loaded(read, stored));
    }
    effects.into_iter().find_map(|effect| match effect {
        Effect::Reply(id, result) if id == call => result.ok(),
        _ => None,
    })
}
