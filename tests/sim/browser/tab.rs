//! The actions of a user on tabs and pages.

use storefront_token_client::core::config::StorageKind;
use storefront_token_client::core::event::Event;
use storefront_token_client::core::io::Input;
use storefront_token_client::core::members::Members;
use storefront_token_client::core::record::SessionId;

use crate::browser::{Browser, Page, State, Task};
use crate::disk::Disk;
use crate::front::Front;

/// A tab: a history with one page shown, and one storage.
#[derive(Clone, Debug)]
pub struct Tab {
    pub disk: usize,
    pub history: Vec<usize>,
    pub shown: usize,
    /// The page that the browser prerenders for the next navigation.
    pub prerendered: Option<usize>,
}

impl Browser {
    /// The page that a tab shows.
    pub fn page_of(&self, tab: usize) -> usize {
        let tab = &self.tabs[tab];
        tab.history[tab.shown]
    }

    pub fn shown(&self, tab: usize) -> &Page {
        &self.pages[self.page_of(tab)]
    }

    /// Opens a tab: with an empty storage of its own, or with the one of the origin.
    pub fn open(&mut self) -> usize {
        if !self.shop.storage.is_shared() {
            self.disks.push(Disk::new(self.shop.disk_delay, self.shop.storage));
        }
        self.open_over(self.disks.len() - 1)
    }

    /// Opens a tab with a copy of another tab's storage.
    pub fn duplicate(&mut self, tab: usize) -> usize {
        let mut disk = self.tabs[tab].disk;
        if !self.shop.storage.is_shared() {
            self.disks.push(self.disks[disk].copy());
            disk = self.disks.len() - 1;
        }
        self.open_over(disk)
    }

    /// Opens another client over the same storage, as in a frame of the page.
    pub fn open_beside(&mut self, tab: usize) -> usize {
        self.open_over(self.tabs[tab].disk)
    }

    fn open_over(&mut self, disk: usize) -> usize {
        let page = self.new_page(disk, false);
        self.tabs.push(Tab { disk, history: vec![page], shown: 0, prerendered: None });
        self.tabs.len() - 1
    }

    pub(super) fn new_page(&mut self, disk: usize, prerendering: bool) -> usize {
        let seed = self.rng.bits();
        self.pages.push(Page::new(self.config.clone(), seed, disk, &self.clock));
        let page = self.pages.len() - 1;
        self.pages[page].front = self.shop.leases.then(Front::default);
        if prerendering {
            self.pages[page].prerendering = true;
            self.run_task(page, Task::Input(Input::Prerendering));
        }
        // The front registers the page, also before its core runs.
        self.enter(page);
        if self.pages[page].core_runs() {
            self.connect(page);
        }
        if self.offline {
            self.input(page, Input::Offline);
        }
        page
    }

    /// The core of the page starts: it listens to its peers from now on.
    pub(in crate::browser) fn start_core(&mut self, page: usize) {
        if let Some(front) = &mut self.pages[page].front {
            front.core_runs = true;
        }
        self.pages[page].connected_since = self.clock.mono;
        self.connect(page);
        if let Some(record) = self.pages[page].front.as_mut().and_then(|front| front.shown.take()) {
            self.pages[page].shown = id_of(&record);
            self.run_task(page, Task::Input(Input::FrontHasShown(record)));
        }
    }

    fn connect(&mut self, page: usize) {
        self.pages[page].listens_since = self.clock.mono;
        self.replay_sign_outs(page);
        self.enter(page);
        self.report_register(page);
        self.recall(page);
    }

    /// The page learns of the session that the page before had. A tab is identified by its storage. Where tabs share one,
    /// the simulation keeps no traces.
    fn recall(&mut self, page: usize) {
        let Page { disk, prerendering, .. } = self.pages[page];
        if let Some(trace) = self.disks[disk].last_session.clone().filter(|_| !prerendering) {
            self.pages[page].last_session = id_of(&trace);
            self.run_task(page, Task::Input(Input::LastSession(trace)));
        }
    }

    /// The page keeps a trace of its session for the next one.
    pub(in crate::browser) fn keep_trace(&mut self, page: usize, event: &Event) {
        let Event::SessionChange { session, .. } = event else { return };
        let Page { disk, prerendering, .. } = self.pages[page];
        if self.shop.storage == StorageKind::Page && self.shop.shares && !prerendering {
            let id = session.as_ref().map(|session| session.id().to_text());
            self.disks[disk].keep_trace(id.as_deref());
        }
    }

    pub(super) fn replay_sign_outs(&mut self, page: usize) {
        for message in self.sign_outs.clone() {
            self.run_task(page, Task::Message(message));
        }
    }

    /// Prerenders the next page of a tab, with a copy of the tab's storage.
    pub fn prerender(&mut self, tab: usize) {
        self.cancel_prerendering(tab);
        let mut disk = self.tabs[tab].disk;
        if !self.shop.storage.is_shared() {
            self.disks.push(self.disks[disk].copy());
            disk = self.disks.len() - 1;
        }
        let page = self.new_page(disk, true);
        self.tabs[tab].prerendered = Some(page);
        self.coverage.prerendered += 1;
    }

    /// The shopper goes to the page that was prerendered. From now on its storage is the tab's own.
    pub fn activate(&mut self, tab: usize) {
        let Some(next) = self.tabs[tab].prerendered.take() else { return };
        self.leave_page(tab, false);
        let disk = self.tabs[tab].disk;
        let timeout = self.shop.timeout;
        let page = &mut self.pages[next];
        let deadline = page.mono(&self.clock) + timeout;
        page.prerendering = false;
        page.disk = disk;
        page.connected_since = self.clock.mono;
        page.listens_since = self.clock.mono;
        page.opened_at = self.clock.mono;
        for (.., waits_until) in &mut page.waiting {
            *waits_until = deadline;
        }
        self.show_next(tab, next);
        self.register_changed(next);
        self.input(next, Input::Activated);
        self.coverage.activated += 1;
    }

    pub fn cancel_prerendering(&mut self, tab: usize) {
        if let Some(page) = self.tabs[tab].prerendered.take() {
            self.end_page(page, false);
        }
    }

    /// A page that runs when it goes removes its entry.
    fn leave(&mut self, page: usize) {
        if self.pages[page].runs() {
            self.remove_entry(page, page);
        }
    }

    /// The page ends, and everything that it has requested ends with it.
    pub(super) fn end_page(&mut self, page: usize, lands: bool) {
        let gone = &mut self.pages[page];
        gone.state = State::Closed;
        gone.loses_writes = !lands;
        gone.wakeup = None;
        gone.waiting.clear();
        gone.queued.clear();
        self.coverage.lost_with_the_page += u64::from(gone.under_way.take().is_some());
        self.withdraw_locks(|(requester, _)| requester == page);
        self.run_due_tasks();
    }

    pub fn close(&mut self, tab: usize, lands: bool) {
        self.cancel_prerendering(tab);
        for page in self.tabs[tab].history.clone() {
            self.leave(page);
            self.end_page(page, lands);
        }
        self.tabs.remove(tab);
    }

    pub fn reload(&mut self, tab: usize, lands: bool) {
        self.cancel_prerendering(tab);
        let page = self.page_of(tab);
        if self.pages[page].runs() {
            self.input(page, Input::Hidden);
        }
        self.leave(page);
        self.end_page(page, lands);
        let next = self.new_page(self.tabs[tab].disk, false);
        let tab = &mut self.tabs[tab];
        tab.history[tab.shown] = next;
        self.coverage.reloads += 1;
    }

    /// The browser ends the page to save memory. The tab keeps its storage, and loads the page when it is shown.
    pub fn discard(&mut self, tab: usize) {
        self.cancel_prerendering(tab);
        self.end_page(self.page_of(tab), true);
        self.coverage.discarded += 1;
    }

    /// The browser is killed and restores its tabs. Each storage may lose its last write.
    pub fn crash(&mut self, loses_writes: bool) {
        for tab in 0..self.tabs.len() {
            self.cancel_prerendering(tab);
            for page in self.tabs[tab].history.clone() {
                self.end_page(page, !loses_writes);
            }
        }
        for disk in &mut self.disks {
            if loses_writes {
                disk.lose_last_write();
            }
        }
        for tab in 0..self.tabs.len() {
            let page = self.new_page(self.tabs[tab].disk, false);
            self.tabs[tab].history = vec![page];
            self.tabs[tab].shown = 0;
        }
        self.coverage.crashes += 1;
    }

    pub fn freeze(&mut self, tab: usize) {
        let page = self.page_of(tab);
        if self.pages[page].runs() {
            self.input(page, Input::Frozen);
            self.release_kept_locks(page);
        }
        self.halt(page, State::Frozen);
    }

    pub fn stop(&mut self, tab: usize) {
        self.halt(self.page_of(tab), State::Stopped);
    }

    fn halt(&mut self, page: usize, state: State) {
        if self.pages[page].runs() {
            self.pages[page].state = state;
            self.pages[page].stopped_at = self.clock.mono;
            self.coverage.freezes += 1;
            let concerned = self.locks.as_ref().is_some_and(|locks| locks.concerns(page));
            self.invariants.lock_hangs |= concerned || self.pages[page].lock.is_some();
        }
    }

    /// A long task blocks the page for this time.
    pub fn block(&mut self, tab: usize, span: i64) {
        let page = self.page_of(tab);
        if self.pages[page].runs() {
            self.halt(page, State::Stopped);
            self.later(self.clock.real + span, page, Task::Unblocked);
        }
    }

    pub(in crate::browser) fn unblocked(&mut self, page: usize) {
        if self.pages[page].state == State::Stopped {
            self.run_again(page, None);
        }
    }

    /// A page runs again. If it is not told so, its timers fire before or after everything that was queued. A
    /// discarded page is loaded.
    pub fn thaw(&mut self, tab: usize, timers_first: bool) {
        let page = self.page_of(tab);
        match self.pages[page].state {
            State::Frozen => self.run_again(page, Some(Input::Shown)),
            State::Stopped => self.run_again(page, timers_first.then_some(Input::Wake)),
            State::Closed => {
                let next = self.new_page(self.tabs[tab].disk, false);
                let tab = &mut self.tabs[tab];
                tab.history[tab.shown] = next;
            }
            State::Running | State::Cached => {}
        }
    }

    pub(super) fn run_again(&mut self, page: usize, first: Option<Input>) {
        self.pages[page].state = State::Running;
        self.pages[page].connected_since = self.clock.mono;
        let queued = std::mem::take(&mut self.pages[page].queued);
        // A lock that was granted meanwhile: the record is read after every message.
        let (reads, others): (Vec<_>, Vec<_>) =
            queued.into_iter().partition(|task| matches!(task, Task::Read(_)));
        for task in first.map(Task::Input).into_iter().chain(others).chain(reads) {
            self.run_task(page, task);
        }
        self.run_task(page, Task::Input(Input::Wake));
        self.run_due_tasks();
    }
}

fn id_of(record: &Members) -> Option<SessionId> {
    let id = u64::from_str_radix(record.text("id")?, 16).ok()?;
    Some(SessionId::new(id - 1))
}
