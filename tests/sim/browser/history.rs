//! The history of a tab: the shopper goes to another page, back, or forward.

use storefront_token_client::core::io::Input;
use storefront_token_client::core::response::ExchangeResult;

use crate::browser::{Browser, State, Task};

impl Browser {
    /// Goes to another page of the shop. The previous one goes into the back/forward cache, unless it holds a
    /// lock: then it is closed.
    pub fn navigate(&mut self, tab: usize, aborts: bool) {
        self.cancel_prerendering(tab);
        self.leave_page(tab, aborts);
        let next = self.new_page(self.tabs[tab].disk, false);
        self.show_next(tab, next);
    }

    /// The page that is shown goes into the back/forward cache, unless it holds a lock.
    pub(super) fn leave_page(&mut self, tab: usize, aborts: bool) {
        self.thaw(tab, false);
        let page = self.page_of(tab);
        self.input(page, Input::Hidden);
        self.release_kept_locks(page);
        if self.locks.as_ref().is_some_and(|locks| locks.holds(page)) {
            self.end_page(page, true);
        } else {
            self.cache(page, aborts);
        }
        self.remove_entry(page, page);
    }

    pub(super) fn show_next(&mut self, tab: usize, next: usize) {
        let shown = self.tabs[tab].shown;
        let ahead = self.tabs[tab].history.split_off(shown + 1);
        for page in ahead {
            self.end_page(page, true);
        }
        let tab = &mut self.tabs[tab];
        tab.history.push(next);
        tab.shown += 1;
        self.coverage.navigations += 1;
    }

    fn cache(&mut self, page: usize, aborts: bool) {
        self.pages[page].state = State::Cached;
        self.withdraw_locks(|(requester, _)| requester == page);
        if let Some(under_way) = self.pages[page].under_way.as_ref().filter(|it| aborts && !it.responded) {
            let aborted = Task::Response(under_way.id, ExchangeResult::NoResponse);
            self.pages[page].queued.push_back(aborted);
        }
        self.run_due_tasks();
    }

    /// Goes back in a tab's history, to a page that the cache may still hold.
    pub fn back(&mut self, tab: usize) {
        self.go(tab, self.tabs[tab].shown.checked_sub(1));
    }

    pub fn forward(&mut self, tab: usize) {
        let next = self.tabs[tab].shown + 1;
        self.go(tab, Some(next).filter(|next| *next < self.tabs[tab].history.len()));
    }

    fn go(&mut self, tab: usize, to: Option<usize>) {
        let Some(to) = to else { return };
        self.cancel_prerendering(tab);
        self.leave_page(tab, false);
        self.tabs[tab].shown = to;
        let page = self.page_of(tab);
        if self.pages[page].state == State::Closed {
            let next = self.new_page(self.tabs[tab].disk, false);
            self.tabs[tab].history[to] = next;
        } else {
            self.coverage.shown_again += 1;
            self.pages[page].state = State::Running;
            self.pages[page].listens_since = self.clock.mono;
            self.replay_sign_outs(page);
            self.register_changed(page);
            self.run_again(page, Some(Input::Shown));
        }
    }
}
