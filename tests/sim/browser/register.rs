//! The register of pages (entries in `localStorage`): a page sees the changes of the others a moment later. A page
//! that crashes leaves its entry.

use storefront_token_client::core::ids::PageId;
use storefront_token_client::core::io::Input;

use crate::browser::{Browser, Task};

/// Within this time after a page has registered, or after the storages were cleared, every page sees it.
pub const TO_REGISTER: i64 = 1_000;

/// An entry, and the real times between which other pages see it.
#[derive(Clone, Copy, Debug)]
struct Entry {
    page: usize,
    seen_from: i64,
    seen_until: i64,
    removed_by: Option<usize>,
}

/// The register of an origin that has `localStorage`.
#[derive(Clone, Debug)]
pub struct Register {
    /// The longest time until the others see a change.
    delay: i64,
    entries: Vec<Entry>,
}

impl Register {
    pub fn new(delay: i64) -> Register {
        Register { delay, entries: Vec::new() }
    }

    pub fn clear(&mut self) {
        self.entries.clear();
    }

    fn has(&self, page: usize) -> bool {
        self.entries.iter().any(|entry| entry.page == page && entry.removed_by.is_none())
    }

    /// The pages that this page sees. It sees its own changes at once. `None` if its own entry is gone.
    fn seen_by(&self, page: usize, now: i64) -> Option<Vec<usize>> {
        let seen = |entry: &&Entry| {
            let is_seen = (entry.seen_from..entry.seen_until).contains(&now);
            entry.page != page && entry.removed_by != Some(page) && is_seen
        };
        let mut others: Vec<usize> = self.entries.iter().filter(seen).map(|entry| entry.page).collect();
        others.sort_unstable();
        others.dedup();
        self.has(page).then_some(others)
    }

    /// Since when every page sees the entry of this one.
    pub fn registered_since(&self, page: usize) -> Option<i64> {
        self.entries
            .iter()
            .find(|entry| entry.page == page && entry.removed_by.is_none())
            .map(|entry| entry.seen_from)
    }
}

pub fn page_id(page: usize) -> PageId {
    PageId(format!("page{page}"))
}

impl Browser {
    fn register_latency(&mut self, page: usize) -> Option<i64> {
        let delay = self.register.as_ref().filter(|_| self.shop.shares)?.delay;
        Some(self.arrival(page, delay, |pipes| &mut pipes.entries))
    }

    /// The page registers, unless it is registered.
    pub(in crate::browser) fn enter(&mut self, page: usize) {
        if self.pages[page].prerendering || self.register.as_ref().is_none_or(|register| register.has(page)) {
            return;
        }
        let Some(seen_from) = self.register_latency(page) else { return };
        if let Some(register) = &mut self.register {
            register.entries.push(Entry { page, seen_from, seen_until: i64::MAX, removed_by: None });
        }
        self.later(seen_from, page, Task::RegisterSeen);
    }

    /// A page removes its entry, or that of a page that does not reply.
    pub(in crate::browser) fn remove_entry(&mut self, by: usize, page: usize) {
        let Some(seen_until) = self.register_latency(by) else { return };
        let Some(register) = &mut self.register else { return };
        let is_there = |entry: &&mut Entry| entry.page == page && entry.removed_by.is_none();
        for entry in register.entries.iter_mut().filter(is_there) {
            entry.removed_by = Some(by);
            entry.seen_until = seen_until;
        }
        let now = self.clock.real;
        register.entries.retain(|entry| entry.seen_until >= now);
        self.later(seen_until, by, Task::RegisterSeen);
    }

    /// Tells every page but the one that made the change.
    pub(in crate::browser) fn announce_register(&mut self, by: usize) {
        for page in 0..self.pages.len() {
            if page != by {
                self.run_task(page, Task::RegisterChanged);
            }
        }
    }

    /// A page that lives, and finds its entry gone, registers again.
    pub(in crate::browser) fn register_changed(&mut self, page: usize) {
        self.pages[page].heard_at = None;
        self.enter(page);
        self.report_register(page);
    }

    pub(in crate::browser) fn report_register(&mut self, page: usize) {
        if self.shop.shares && self.pages[page].core_runs() {
            let pages = self.seen_register(page).map(|pages| pages.into_iter().map(page_id).collect());
            self.handle(page, &Input::Peers(pages));
        }
    }

    /// The other pages; nothing if it is not known who is there.
    fn seen_register(&self, page: usize) -> Option<Vec<usize>> {
        let has_settled = |at| self.clock.mono - at >= TO_REGISTER;
        if !self.pages[page].saw_clearing.is_none_or(has_settled) {
            return None;
        }
        let others = self.register.as_ref()?.seen_by(page, self.clock.real)?;
        // The page that had the lock, or has sent a message, may not be seen in the register yet.
        let has_heard = self.pages[page].heard_at.is_some_and(|at| !has_settled(at));
        let knows_somebody = self.pages[page].lock_was_taken || has_heard;
        (!others.is_empty() || !knows_somebody).then_some(others)
    }

    pub(in crate::browser) fn is_alone(&self, page: usize) -> bool {
        self.seen_register(page).is_some_and(|others| others.is_empty())
    }

    /// How long a page waits for a registered page that does not reply.
    pub(in crate::browser) fn patience(&self) -> i64 {
        (self.shop.timeout * 2 / 3).min(10_000)
    }
}
