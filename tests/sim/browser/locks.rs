//! The locks of one origin (Web Locks): each name has one holder, and a queue.

use std::collections::BTreeMap;
use std::collections::VecDeque;

use storefront_token_client::core::ids::ReadId;

/// Who asks.
pub type Asker = (usize, ReadId);

#[derive(Clone, Debug, Default)]
pub struct Locks {
    names: BTreeMap<String, Queue>,
}

#[derive(Clone, Debug, Default)]
struct Queue {
    /// A page that is not ours has it, and hangs.
    hung: bool,
    holder: Option<Asker>,
    waiting: VecDeque<Asker>,
}

impl Queue {
    fn next(&mut self) -> Option<Asker> {
        if self.hung || self.holder.is_some() {
            return None;
        }
        self.holder = self.waiting.pop_front();
        self.holder
    }
}

impl Locks {
    /// Asks for a lock: true if it is got at once.
    pub fn ask(&mut self, name: &str, asker: Asker) -> bool {
        let queue = self.names.entry(name.to_owned()).or_default();
        queue.waiting.push_back(asker);
        queue.next() == Some(asker)
    }

    /// Takes back what is asked for, or held: these have got the locks now.
    pub fn take_back(&mut self, gone: impl Fn(Asker) -> bool) -> Vec<Asker> {
        let mut next = Vec::new();
        for queue in self.names.values_mut() {
            queue.waiting.retain(|asker| !gone(*asker));
            queue.holder.take_if(|holder| gone(*holder));
            next.extend(queue.next());
        }
        next
    }

    /// Somebody takes every lock that is free, and every one that is yet to be asked for, for ever.
    pub fn hang(&mut self, name: &str) {
        self.names.entry(name.to_owned()).or_default().hung = true;
    }

    pub fn holds(&self, page: usize) -> bool {
        self.holders().any(|holder| holder.0 == page)
    }

    pub fn holders(&self) -> impl Iterator<Item = Asker> {
        self.names.values().filter_map(|queue| queue.holder)
    }
}
