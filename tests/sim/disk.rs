//! The page's storage: immediate, across a network, or broken.

use storefront_token_client::core::config::StorageKind;
use storefront_token_client::core::io::Loaded;
use storefront_token_client::core::members::{Members, Value};
use storefront_token_client::core::record::SessionId;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Health {
    Works,
    /// Reads and writes fail.
    Throws,
    /// Writes fail, as when the quota is exceeded.
    Full,
    /// A write never ends.
    Hangs,
}

/// The members of a record that are no part of a trace.
const SECRET: [&str; 2] = ["access_token", "refresh_token"];

#[derive(Clone, Debug)]
pub enum Content {
    Nothing,
    Record(Members),
    Garbage,
}

/// A change of the content.
#[derive(Clone, Debug)]
pub enum Change {
    /// The record is written, or removed if there is none.
    Store(Option<Members>),
    /// The record of this session is removed. In a storage of the page, another session's record stays.
    Forget(SessionId),
}

#[derive(Clone, Debug)]
pub struct Disk {
    /// Whether it is `sessionStorage` or `localStorage`.
    is_of_page: bool,
    pub content: Content,
    /// The records that were set aside.
    pub aside: Vec<Members>,
    /// Whether another client's record is there, which could not be set aside when it was last read.
    is_taken: bool,
    pub health: Health,
    /// The duration of a read or a write.
    pub delay: i64,
    /// When the last write ends: writes keep their order.
    pub busy_until: i64,
    /// When the last write ended.
    pub written_at: i64,
    /// The trace of the last session, which the page keeps for the next one in another storage.
    pub last_session: Option<Members>,
    /// The content that the last write replaced.
    replaced: Option<Content>,
}

impl Disk {
    pub fn new(delay: i64, storage: StorageKind) -> Disk {
        Disk {
            is_of_page: matches!(storage, StorageKind::Page | StorageKind::Origin),
            content: Content::Nothing,
            aside: Vec::new(),
            is_taken: false,
            health: Health::Works,
            delay,
            busy_until: 0,
            written_at: 0,
            last_session: None,
            replaced: None,
        }
    }

    /// Another storage with the same content.
    pub fn copy(&self) -> Disk {
        let (content, last_session) = (self.content.clone(), self.last_session.clone());
        let is_taken = false;
        Disk { content, last_session, aside: Vec::new(), is_taken, replaced: None, ..self.clone() }
    }

    /// A client reads the storage.
    pub fn load(&mut self) -> Loaded {
        self.is_taken = false;
        self.read()
    }

    pub fn read(&self) -> Loaded {
        match (self.health, &self.content) {
            (Health::Throws, _) => Loaded::Unavailable,
            (_, Content::Nothing) => Loaded::Nothing,
            (_, Content::Record(members)) => Loaded::Record(members.clone()),
            (_, Content::Garbage) => Loaded::Garbage,
        }
    }

    /// Moves another client's record, and returns whether that succeeded. If not, nothing else is written.
    pub fn set_aside(&mut self) -> Option<bool> {
        self.is_taken = self.health != Health::Works;
        if self.is_taken {
            return (self.health != Health::Hangs).then_some(false);
        }
        self.aside.extend(self.record().cloned());
        self.content = Content::Nothing;
        Some(true)
    }

    /// Writes, and returns whether that succeeded; nothing if the write never ends.
    fn write(&mut self, record: Option<Members>) -> Option<bool> {
        if self.is_taken && self.health != Health::Hangs {
            return Some(record.is_none());
        }
        match self.health {
            Health::Hangs => None,
            Health::Throws => Some(false),
            // A removal needs no space.
            Health::Full if record.is_some() => Some(false),
            Health::Works | Health::Full => {
                let content = record.map_or(Content::Nothing, Content::Record);
                self.replaced = Some(std::mem::replace(&mut self.content, content));
                Some(true)
            }
        }
    }

    /// Changes the content, and returns whether that succeeded; nothing if the write never ends.
    pub fn change(&mut self, change: Change) -> Option<bool> {
        match change {
            Change::Store(record) => self.write(record),
            Change::Forget(session) => {
                let stored = self.readable_record().and_then(|record| record.text("id"));
                let is_other = self.is_of_page && stored != Some(&session.to_text());
                if is_other && self.health == Health::Works { Some(true) } else { self.write(None) }
            }
        }
    }

    /// The browser was killed before the last write reached the disk.
    pub fn lose_last_write(&mut self) {
        if let Some(content) = self.replaced.take() {
            self.content = content;
        }
    }

    /// The front notes in the record that the application has signed out on a page that has no core.
    pub fn note_sign_out(&mut self) {
        if let Content::Record(record) = &mut self.content {
            record.push("signing_out", Value::Number(1.0));
        }
    }

    /// The record, if the storage can be read.
    pub fn readable_record(&self) -> Option<&Members> {
        self.record().filter(|_| self.health != Health::Throws)
    }

    /// The browser clears the storage, also on its disk.
    pub fn clear(&mut self) {
        self.content = Content::Nothing;
        self.replaced = None;
        self.last_session = None;
    }

    /// Keeps the trace of the session with this id, if its record is stored; without an id, forgets the trace.
    pub fn keep_trace(&mut self, id: Option<&str>) {
        let record = self.record().filter(|record| id.is_some() && record.text("id") == id);
        self.last_session = record.map(|record| {
            let mut trace = Members::new();
            for (name, value) in record.iter().filter(|(name, _)| !SECRET.contains(name)) {
                trace.push(name, value.clone());
            }
            trace.push_text("access_token", Some("none"));
            trace
        });
    }

    pub fn record(&self) -> Option<&Members> {
        match &self.content {
            Content::Record(members) => Some(members),
            Content::Nothing | Content::Garbage => None,
        }
    }
}
