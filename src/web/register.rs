//! What is under way, by its name, oldest first.

use std::vec::IntoIter;

/// A small map. Names are mostly taken out in the order in which they came, so that the first is
/// the one looked for, with ten thousand of them too.
#[derive(Debug)]
pub struct Register<K, V>(Vec<(K, V)>);

impl<K, V> Default for Register<K, V> {
    fn default() -> Register<K, V> {
        Register(Vec::new())
    }
}

impl<K: Copy + PartialEq, V> Register<K, V> {
    /// Adds a name that was never used before.
    pub fn add(&mut self, name: K, value: V) {
        self.0.push((name, value));
    }

    /// Whether nothing is under way.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What is under way, with its name.
    pub fn iter(&self) -> impl Iterator<Item = &(K, V)> {
        self.0.iter()
    }

    /// Takes a name out.
    pub fn remove(&mut self, name: K) -> Option<V> {
        let at = self.0.iter().position(|(known, _)| *known == name)?;
        Some(self.0.remove(at).1)
    }
}

impl<K, V> IntoIterator for Register<K, V> {
    type Item = (K, V);
    type IntoIter = IntoIter<(K, V)>;

    fn into_iter(self) -> IntoIter<(K, V)> {
        self.0.into_iter()
    }
}
