//! The page's storage: at once, or across a network, or broken.

use storefront_token_client::core::io::Loaded;
use storefront_token_client::core::members::Members;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Health {
    Works,
    /// Reads and writes fail.
    Throws,
    /// Writes fail, as when the quota is used up.
    Full,
    /// Writes are neither done nor refused.
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
    pub health: Health,
    /// How long a read or a write takes.
    pub delay: i64,
    /// When the last write is done: they keep their order.
    pub busy_until: i64,
    /// When it was last written to.
    pub written_at: i64,
}

impl Disk {
    pub fn new(delay: i64) -> Disk {
        Disk { content: Content::Nothing, health: Health::Works, delay, busy_until: 0, written_at: 0 }
    }

    pub fn read(&self) -> Loaded {
        match (self.health, &self.content) {
            (Health::Throws, _) => Loaded::Unavailable,
            (_, Content::Nothing) => Loaded::Nothing,
            (_, Content::Record(members)) => Loaded::Record(members.clone()),
            (_, Content::Garbage) => Loaded::Garbage,
        }
    }

    /// Writes, and says whether that is done; nothing if it hangs.
    pub fn write(&mut self, record: Option<Members>) -> Option<bool> {
        match self.health {
            Health::Hangs => None,
            Health::Throws => Some(false),
            // Removing needs no room.
            Health::Full if record.is_some() => Some(false),
            Health::Works | Health::Full => {
                self.content = record.map_or(Content::Nothing, Content::Record);
                Some(true)
            }
        }
    }

    pub fn record(&self) -> Option<&Members> {
        match &self.content {
            Content::Record(members) => Some(members),
            Content::Nothing | Content::Garbage => None,
        }
    }
}
