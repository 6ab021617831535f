//! Identifiers that connect an effect with the input that reports its end.

/// Identifies a call. The host chooses it and never uses it twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "recorder", derive(serde::Serialize, serde::Deserialize))]
pub struct CallId(pub u32);

/// Identifies one request to the token endpoint or the revocation endpoint, with its response.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "recorder", derive(serde::Serialize, serde::Deserialize))]
pub struct ExchangeId(pub(super) u32);

/// Identifies one write to the storage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "recorder", derive(serde::Serialize, serde::Deserialize))]
pub struct WriteId(pub(super) u32);

/// Identifies one read of the storage, and the lock under which the storage is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "recorder", derive(serde::Serialize, serde::Deserialize))]
pub struct ReadId(pub(super) u32);

/// Identifies a page in the register of the origin, and as the sender of messages. The host chooses it at random.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "recorder", derive(serde::Serialize, serde::Deserialize))]
pub struct PageId(pub String);
