//! Operations that are in flight, by id, the oldest first.

use std::vec::IntoIter;

/// A small map. Most ids are removed in the order in which they were added, so that a search from the oldest ends at
/// once, even among ten thousand.
#[derive(Debug)]
pub struct InFlight<K, V>(Vec<(K, V)>);

impl<K, V> Default for InFlight<K, V> {
    fn default() -> InFlight<K, V> {
        InFlight(Vec::new())
    }
}

impl<K: Copy + PartialEq, V> InFlight<K, V> {
    /// Adds an id that is not in the map.
    pub fn add(&mut self, id: K, value: V) {
        self.0.push((id, value));
    }

    /// Whether no operation is in flight.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All ids and values.
    pub fn iter(&self) -> impl Iterator<Item = &(K, V)> {
        self.0.iter()
    }

    /// Removes an id, and returns its value.
    pub fn remove(&mut self, id: K) -> Option<V> {
        let at = self.0.iter().position(|(known, _)| *known == id)?;
        Some(self.0.remove(at).1)
    }
}

impl<K, V> IntoIterator for InFlight<K, V> {
    type Item = (K, V);
    type IntoIter = IntoIter<(K, V)>;

    fn into_iter(self) -> IntoIter<(K, V)> {
        self.0.into_iter()
    }
}
