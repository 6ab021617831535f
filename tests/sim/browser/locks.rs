//! The locks of one origin (Web Locks): each name has one holder, and a queue.

use std::collections::BTreeMap;
use std::collections::VecDeque;

use storefront_token_client::core::ids::ReadId;

/// A page and its request.
pub type Requester = (usize, ReadId);

#[derive(Clone, Debug, Default)]
pub struct Locks {
    names: BTreeMap<String, Queue>,
}

#[derive(Clone, Debug, Default)]
struct Queue {
    /// Whether a foreign page holds the lock for ever.
    hangs: bool,
    holder: Option<Requester>,
    waiting: VecDeque<Requester>,
}

impl Queue {
    fn next(&mut self) -> Option<Requester> {
        if self.hangs || self.holder.is_some() {
            return None;
        }
        self.holder = self.waiting.pop_front();
        self.holder
    }
}

impl Locks {
    /// Requests a lock. True if it is granted at once.
    pub fn request(&mut self, name: &str, requester: Requester) -> bool {
        let queue = self.names.entry(name.to_owned()).or_default();
        queue.waiting.push_back(requester);
        queue.next() == Some(requester)
    }

    /// Withdraws requests and releases locks. Returns the requests that are granted by that.
    pub fn release(&mut self, gone: impl Fn(Requester) -> bool) -> Vec<Requester> {
        let mut next = Vec::new();
        for queue in self.names.values_mut() {
            queue.waiting.retain(|requester| !gone(*requester));
            queue.holder.take_if(|holder| gone(*holder));
            next.extend(queue.next());
        }
        next
    }

    /// From now on the lock of this name is never granted.
    pub fn hang(&mut self, name: &str) {
        self.names.entry(name.to_owned()).or_default().hangs = true;
    }

    pub fn holds(&self, page: usize) -> bool {
        self.holders().any(|holder| holder.0 == page)
    }

    pub fn holders(&self) -> impl Iterator<Item = Requester> {
        self.names.values().filter_map(|queue| queue.holder)
    }
}
