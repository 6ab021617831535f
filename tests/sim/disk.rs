//! The page's storage: immediate, across a network, or broken.

use storefront_token_client::core::io::Loaded;
use storefront_token_client::core::members::{Members, Value};

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

#[derive(Clone, Debug)]
pub enum Content {
    Nothing,
    Record(Members),
    Garbage,
}

#[derive(Clone, Debug)]
pub struct Disk {
    pub content: Content,
    /// The records that were set aside.
    pub aside: Vec<Members>,
    pub health: Health,
    /// The duration of a read or a write.
    pub delay: i64,
    /// When the last write ends: writes keep their order.
    pub busy_until: i64,
    /// When the last write ended.
    pub written_at: i64,
    /// The content that the last write replaced.
    replaced: Option<Content>,
}

impl Disk {
    pub fn new(delay: i64) -> Disk {
        Disk {
            content: Content::Nothing,
            aside: Vec::new(),
            health: Health::Works,
            delay,
            busy_until: 0,
            written_at: 0,
            replaced: None,
        }
    }

    /// Another storage with the same content.
    pub fn copy(&self) -> Disk {
        Disk { content: self.content.clone(), ..Disk::new(self.delay) }
    }

    pub fn read(&self) -> Loaded {
        match (self.health, &self.content) {
            (Health::Throws, _) => Loaded::Unavailable,
            (_, Content::Nothing) => Loaded::Nothing,
            (_, Content::Record(members)) => Loaded::Record(members.clone()),
            (_, Content::Garbage) => Loaded::Garbage,
        }
    }

    /// Writes, and returns whether that succeeded; nothing if the write never ends.
    pub fn write(&mut self, record: Option<Members>) -> Option<bool> {
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
    }

    pub fn record(&self) -> Option<&Members> {
        match &self.content {
            Content::Record(members) => Some(members),
            Content::Nothing | Content::Garbage => None,
        }
    }
}
