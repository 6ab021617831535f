//! What the pages of one origin say to each other about the sessions they hold.

use std::rc::Rc;

use super::config::Config;
use super::members::{Members, Value};
use super::record::{Generation, Record, SessionId, objection, our_members};
use super::time::Now;

/// What one page says to all others that have the same token endpoint and client.
#[derive(Clone, Debug, PartialEq)]
pub enum Message {
    /// Who has a newer token set of this session than this; or, of none, who has any session?
    Ask(Option<SessionId>, Generation),
    /// This is my session's newest token set.
    Newest(Rc<Record>),
    /// A session has begun: a user has signed in, or a visitor was made.
    Begun(Rc<Record>),
    /// An exchange for this session, or for a new one, is under way here.
    Busy(Option<SessionId>),
    /// This session was signed out.
    SignedOut(SessionId),
}

impl Message {
    /// The message as it is posted.
    pub fn to_members(&self, config: &Config) -> Members {
        let about = |id: Option<SessionId>| {
            let mut members = our_members(config);
            members.push_text("id", id.map(SessionId::to_text).as_deref());
            members
        };
        let (kind, mut members) = match self {
            Message::Ask(id, generation) => {
                let mut members = about(*id);
                members.push("generation", Value::Number(generation.to_f64()));
                ("ask", members)
            }
            Message::Newest(record) => ("newest", record.to_members(config)),
            Message::Begun(record) => ("begun", record.to_members(config)),
            Message::Busy(id) => ("busy", about(*id)),
            Message::SignedOut(id) => ("signed-out", about(Some(*id))),
        };
        members.push_text("message", Some(kind));
        members
    }

    /// Reads what was heard: nothing if it is not for this server and client, or no message.
    pub fn from_members(members: &Members, config: &Config, now: Now) -> Option<Message> {
        if objection(members, config).is_some() {
            return None;
        }
        let id = SessionId::read(members, "id");
        // Not one of ours, which is something else than none.
        if id.is_none() && members.get("id").is_some() {
            return None;
        }
        let record = || Record::from_members(members, config, now).ok().map(Rc::new);
        Some(match members.text("message")? {
            "ask" => Message::Ask(id, Generation::from_f64(members.number("generation")?)),
            "newest" => Message::Newest(record()?),
            "begun" => Message::Begun(record()?),
            "busy" => Message::Busy(id),
            "signed-out" => Message::SignedOut(id?),
            _ => return None,
        })
    }
}
