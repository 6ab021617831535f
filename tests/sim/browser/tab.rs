//! What a user does with tabs and pages.

use storefront_token_client::core::io::Input;
use storefront_token_client::core::response::ExchangeResult;

use crate::browser::{Browser, Happening, Page, State};
use crate::disk::Disk;

/// A tab: its history, with one page shown, over one storage.
#[derive(Clone, Debug)]
pub struct Tab {
    pub disk: usize,
    pub history: Vec<usize>,
    pub shown: usize,
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

    /// A tab with a storage of its own that is empty, or the one that all share.
    pub fn open(&mut self) -> usize {
        if !self.shop.storage.is_shared() {
            self.disks.push(Disk::new(self.shop.disk_delay));
        }
        self.open_over(self.disks.len() - 1)
    }

    /// A tab that gets a copy of the storage of another.
    pub fn duplicate(&mut self, tab: usize) -> usize {
        let mut disk = self.tabs[tab].disk;
        if !self.shop.storage.is_shared() {
            let content = self.disks[disk].content.clone();
            self.disks.push(Disk { content, ..Disk::new(self.shop.disk_delay) });
            disk = self.disks.len() - 1;
        }
        self.open_over(disk)
    }

    /// Another client over the same storage, as in a frame of the page.
    pub fn open_beside(&mut self, tab: usize) -> usize {
        self.open_over(self.tabs[tab].disk)
    }

    fn open_over(&mut self, disk: usize) -> usize {
        let page = self.new_page(disk);
        self.tabs.push(Tab { disk, history: vec![page], shown: 0 });
        self.tabs.len() - 1
    }

    fn new_page(&mut self, disk: usize) -> usize {
        let seed = self.chance.bits();
        self.pages.push(Page::new(self.config.clone(), seed, disk, &self.clock));
        let page = self.pages.len() - 1;
        self.tell_sign_outs(page);
        if self.offline {
            self.tell(page, Input::Offline);
        }
        page
    }

    fn tell_sign_outs(&mut self, page: usize) {
        for message in self.sign_outs.clone() {
            self.happen(page, Happening::Hears(message));
        }
    }

    /// The page is gone, and with it what it had asked for.
    fn end_page(&mut self, page: usize, lands: bool) {
        let gone = &mut self.pages[page];
        gone.state = State::Closed;
        gone.loses_writes = !lands;
        gone.wakeup = None;
        gone.waiting.clear();
        gone.kept.clear();
        self.tally.lost_with_the_page += u64::from(gone.under_way.take().is_some());
        self.let_go_of_locks(|(asker, _)| asker == page);
        self.take_what_is_due();
    }

    pub fn close(&mut self, tab: usize, lands: bool) {
        for page in self.tabs[tab].history.clone() {
            self.end_page(page, lands);
        }
        self.tabs.remove(tab);
    }

    pub fn reload(&mut self, tab: usize, lands: bool) {
        let page = self.page_of(tab);
        if self.pages[page].runs() {
            self.tell(page, Input::Hidden);
        }
        self.end_page(page, lands);
        let next = self.new_page(self.tabs[tab].disk);
        let tab = &mut self.tabs[tab];
        tab.history[tab.shown] = next;
        self.tally.reloads += 1;
    }

    pub fn freeze(&mut self, tab: usize) {
        let page = self.page_of(tab);
        if self.pages[page].runs() {
            self.tell(page, Input::Frozen);
        }
        self.halt(page, State::Frozen);
    }

    pub fn stop(&mut self, tab: usize) {
        self.halt(self.page_of(tab), State::Stopped);
    }

    fn halt(&mut self, page: usize, state: State) {
        if self.pages[page].runs() {
            self.pages[page].state = state;
            self.tally.freezes += 1;
            self.laws.hangs |= self.pages[page].lock.is_some();
        }
    }

    /// A page runs again. Where nothing tells it, its timers fire before or after all that has happened
    /// meanwhile.
    pub fn thaw(&mut self, tab: usize, timers_first: bool) {
        let page = self.page_of(tab);
        match self.pages[page].state {
            State::Frozen => self.run_again(page, Some(Input::Shown)),
            State::Stopped => self.run_again(page, timers_first.then_some(Input::Wake)),
            State::Runs | State::Cached | State::Closed => {}
        }
    }

    fn run_again(&mut self, page: usize, first: Option<Input>) {
        self.pages[page].state = State::Runs;
        self.pages[page].hears_since = self.clock.mono;
        let kept = std::mem::take(&mut self.pages[page].kept);
        // A lock that was got meanwhile is read under when every message is taken in.
        let (reads, others): (Vec<_>, Vec<_>) =
            kept.into_iter().partition(|what| matches!(what, Happening::Reads(_)));
        for what in first.map(Happening::Is).into_iter().chain(others).chain(reads) {
            self.happen(page, what);
        }
        self.happen(page, Happening::Is(Input::Wake));
        self.take_what_is_due();
    }

    /// Goes on to another page of the shop. The one before is put into the back/forward cache,
    /// unless it has a lock: then it is closed.
    pub fn navigate(&mut self, tab: usize, cuts: bool) {
        let page = self.page_of(tab);
        self.thaw(tab, false);
        self.tell(page, Input::Hidden);
        if self.locks.as_ref().is_some_and(|locks| locks.holds(page)) {
            self.end_page(page, true);
        } else {
            self.put_aside(page, cuts);
        }
        let next = self.new_page(self.tabs[tab].disk);
        let shown = self.tabs[tab].shown;
        let ahead = self.tabs[tab].history.split_off(shown + 1);
        for page in ahead {
            self.end_page(page, true);
        }
        let tab = &mut self.tabs[tab];
        tab.history.push(next);
        tab.shown += 1;
        self.tally.navigations += 1;
    }

    fn put_aside(&mut self, page: usize, cuts: bool) {
        self.pages[page].state = State::Cached;
        self.let_go_of_locks(|(asker, _)| asker == page);
        if let Some(under_way) = self.pages[page].under_way.as_ref().filter(|it| cuts && !it.answered) {
            let cut = Happening::Answers(under_way.id, ExchangeResult::NoResponse);
            self.pages[page].kept.push_back(cut);
        }
        self.take_what_is_due();
    }

    /// Goes back in a tab's history, or on, to a page that the cache may still have.
    pub fn back(&mut self, tab: usize) {
        self.go(tab, self.tabs[tab].shown.checked_sub(1));
    }

    pub fn forward(&mut self, tab: usize) {
        let next = self.tabs[tab].shown + 1;
        self.go(tab, Some(next).filter(|next| *next < self.tabs[tab].history.len()));
    }

    fn go(&mut self, tab: usize, to: Option<usize>) {
        let Some(to) = to else { return };
        let page = self.page_of(tab);
        self.thaw(tab, false);
        self.tell(page, Input::Hidden);
        if self.locks.as_ref().is_some_and(|locks| locks.holds(page)) {
            self.end_page(page, true);
        } else {
            self.put_aside(page, false);
        }
        self.tabs[tab].shown = to;
        let page = self.page_of(tab);
        if self.pages[page].state == State::Closed {
            let next = self.new_page(self.tabs[tab].disk);
            self.tabs[tab].history[to] = next;
        } else {
            self.tally.shown_again += 1;
            self.pages[page].state = State::Runs;
            self.tell_sign_outs(page);
            self.run_again(page, Some(Input::Shown));
        }
    }
}
