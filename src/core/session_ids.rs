//! Identifiers of sessions, and lists of them.

use super::generation::Generation;
use super::members::Members;
use super::random_bits::RandomBits;

/// How many sessions a list remembers.
const REMEMBERED: usize = 16;

/// Identifies a session. It does not come from the server, and stays the same through every refresh. It is random, or
/// follows from the tokens if they were adopted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "recorder", derive(serde::Serialize, serde::Deserialize))]
pub struct SessionId(RandomBits);

impl SessionId {
    /// An identifier of these random bits.
    pub fn new(bits: u64) -> SessionId {
        SessionId(RandomBits::new(bits))
    }

    /// Reads the text of [`SessionId::to_text`].
    pub(super) fn parse(text: &str) -> Option<SessionId> {
        RandomBits::parse(text).map(SessionId)
    }

    pub(super) fn read(members: &Members, name: &str) -> Option<SessionId> {
        SessionId::parse(members.text(name)?)
    }

    /// The identifier in 16 hexadecimal digits.
    pub fn to_text(self) -> String {
        self.0.to_text()
    }
}

/// Sessions, the latest first. A session is lost if it ended on the page that wrote the list: the server rejected the
/// refresh token, or the token expired and could not be refreshed. Another page may still have a newer token set, and keep
/// the session. So the list also has the number of the last token set of the page that wrote it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "recorder", derive(serde::Serialize, serde::Deserialize))]
pub struct SessionIds(Vec<(SessionId, Option<Generation>)>);

impl SessionIds {
    /// These sessions, and a later one. `lost`: the number of its last token set, if it is a lost session.
    pub(super) fn with(&self, latest: SessionId, lost: Option<Generation>) -> SessionIds {
        let earlier = self.0.iter().copied().filter(|(id, _)| *id != latest);
        SessionIds([(latest, lost)].into_iter().chain(earlier).take(REMEMBERED).collect())
    }

    /// The sessions of both lists, whatever their token sets.
    pub(super) fn and(&self, others: &SessionIds) -> SessionIds {
        let both = self.0.iter().chain(&others.0).map(|(id, _)| (*id, None));
        SessionIds(both.take(REMEMBERED).collect())
    }

    /// Whether the session is in the list.
    pub fn has(&self, id: SessionId) -> bool {
        self.0.iter().any(|(listed, _)| *listed == id)
    }

    /// Whether the session is in the list. A lost session counts only if `newest` is not above the number that the list has
    /// for it.
    pub(super) fn covers(&self, id: SessionId, newest: Generation) -> bool {
        self.0.iter().any(|(listed, lost)| *listed == id && lost.is_none_or(|lost| newest <= lost))
    }

    /// The identifiers, separated by spaces; nothing if the list is empty. After the identifier of a lost session come a
    /// space, a colon and the number of its token set. (Clients without these numbers ignore such words.)
    pub(super) fn to_text(&self) -> Option<String> {
        let mut words = Vec::new();
        for (id, lost) in &self.0 {
            words.push(id.to_text());
            words.extend(lost.map(|lost| String::from(":") + &lost.to_text()));
        }
        (!words.is_empty()).then(|| words.join(" "))
    }

    /// Reads the text of [`SessionIds::to_text`]. The list is empty if there is no text.
    pub(super) fn read(members: &Members, name: &str) -> SessionIds {
        let mut ids: Vec<(SessionId, Option<Generation>)> = Vec::new();
        for word in members.text(name).unwrap_or_default().split(' ') {
            if let Some(id) = SessionId::parse(word) {
                ids.push((id, None));
            } else if let Some(((_, lost), count)) = ids.last_mut().zip(word.strip_prefix(':')) {
                *lost = Generation::parse(count);
            }
        }
        ids.truncate(REMEMBERED);
        SessionIds(ids)
    }
}
