//! The messages that peers broadcast to each other. Peers are pages of one origin with the same storage
//! key. A page ignores messages that are for another token endpoint or client.

use std::rc::Rc;

use super::config::Config;
use super::members::{Members, Value};
pub use super::message_number::MessageNumber;
use super::record::{Attempts, Generation, Record, SessionId, mismatch, owner_members};
use super::session_ids::SessionIds;
use super::time::Now;

/// One message.
#[derive(Clone, Debug, PartialEq)]
pub enum Message {
    /// A question.
    Ask {
        /// The session that the sender has. Without one, it asks for any session.
        session: Option<SessionId>,
        /// The number of the token set that the sender has: it asks for a newer one.
        generation: Generation,
        /// With a number, the question is a roll call: every page that receives it replies, at least with [`Message::Here`].
        roll_call: Option<MessageNumber>,
    },
    /// The sender has said all that it knows in reply to a roll call.
    Here {
        /// The number of the roll call.
        roll_call: MessageNumber,
    },
    /// The newest token set of the sender's session.
    Newest(Rc<Record>),
    /// The sender has begun this session: a user signed in, or a guest was created.
    Begun(Rc<Record>),
    /// The sender has an exchange under way, for this session or for a new one.
    Busy(Option<SessionId>),
    /// The sender is about to begin an exchange.
    Claim {
        /// The session that the exchange is for; none if it begins one.
        session: Option<SessionId>,
        /// Of several senders the one with the lowest number goes first.
        number: MessageNumber,
    },
    /// A session was signed out.
    SignedOut {
        /// The session.
        session: SessionId,
        /// Earlier sessions. If a page holds one of them, and it is a user's session, the page must drop it, too: the page
        /// has missed the session that replaced it.
        replaces: SessionIds,
    },
}

impl Message {
    /// The message as it is posted.
    pub fn to_members(&self, config: &Config) -> Members {
        let about = |id: Option<SessionId>| {
            let mut members = owner_members(config);
            members.push_text("id", id.map(SessionId::to_text).as_deref());
            members
        };
        let (kind, mut members) = match self {
            Message::Ask { session, generation, roll_call } => {
                let mut members = about(*session);
                members.push("generation", Value::Number(generation.to_f64()));
                members.push_text("number", roll_call.map(MessageNumber::to_text).as_deref());
                ("ask", members)
            }
            Message::Here { roll_call } => {
                let mut members = owner_members(config);
                members.push_text("number", Some(&roll_call.to_text()));
                ("here", members)
            }
            Message::Newest(record) => ("newest", record.to_members(config, Attempts::default())),
            Message::Begun(record) => ("begun", record.to_members(config, Attempts::default())),
            Message::Busy(id) => ("busy", about(*id)),
            Message::Claim { session, number } => {
                let mut members = about(*session);
                members.push_text("claim", Some(&number.to_text()));
                ("claim", members)
            }
            Message::SignedOut { session, replaces } => {
                let mut members = about(Some(*session));
                members.push_text("replaces", replaces.to_text().as_deref());
                ("signed-out", members)
            }
        };
        members.push_text("message", Some(kind));
        members
    }

    /// Reads a posted message. `None` if it is not a message, or is for another server or client.
    pub fn from_members(members: &Members, config: &Config, now: Now) -> Option<Message> {
        if mismatch(members, config).is_some() {
            return None;
        }
        let id = SessionId::read(members, "id");
        // A malformed id must not count as a missing one, which means "any session".
        if id.is_none() && members.get("id").is_some() {
            return None;
        }
        let record = || Record::from_members(members, config, now).ok().flatten().map(Rc::new);
        Some(match members.text("message")? {
            "ask" => {
                let generation = Generation::from_f64(members.number("generation")?);
                Message::Ask { session: id, generation, roll_call: MessageNumber::read(members, "number") }
            }
            "here" => Message::Here { roll_call: MessageNumber::read(members, "number")? },
            "newest" => Message::Newest(record()?),
            "begun" => Message::Begun(record()?),
            "busy" => Message::Busy(id),
            "claim" => Message::Claim { session: id, number: MessageNumber::read(members, "claim")? },
            "signed-out" => {
                Message::SignedOut { session: id?, replaces: SessionIds::read(members, "replaces") }
            }
            _ => return None,
        })
    }
}
