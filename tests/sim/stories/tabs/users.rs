//! One origin, one person: a user who signs in in one tab is the user of every tab.

use storefront_token_client::core::call::Command;
use storefront_token_client::core::config::StorageKind;
use storefront_token_client::core::error::Code;
use storefront_token_client::core::event::{Event, Reason};
use storefront_token_client::core::token::Credentials;

use crate::browser::{Browser, shop_with_peers};
use crate::calls::newer_token;
use crate::page::SECOND;
use crate::scenario::Scenario;
use crate::server::{PASSWORD, USERS};

/// Two tabs of one user.
fn two_tabs(storage: StorageKind) -> Browser {
    let mut browser = Browser::of(Scenario { guest: false, storage, ..shop_with_peers() });
    browser.open();
    browser.sign_in(0);
    browser.duplicate(0);
    browser.token(1);
    browser.pass(SECOND);
    browser
}

fn signs_in(browser: &mut Browser, tab: usize, user: usize) {
    let command = Command::SignIn(Credentials::new(USERS[user], PASSWORD));
    browser.get(tab, command).expect("a sign-in should succeed");
}

/// The sessions before and after the last change.
fn last_change(browser: &Browser, tab: usize) -> (Option<String>, Option<String>) {
    let Some(Event::SessionChange { previous, session, .. }) = browser.shown(tab).events.last() else {
        panic!("the last event is no change of the session");
    };
    let id = |view: &storefront_token_client::core::event::SessionView| view.id().to_text();
    (previous.as_ref().map(id), session.as_ref().map(id))
}

#[test]
fn the_other_tab_follows_at_once_and_learns_the_previous_session() {
    for storage in [StorageKind::Page, StorageKind::Origin] {
        let mut browser = two_tabs(storage);
        let first = browser.id(1);
        browser.latency = 3 * SECOND;
        browser.begin(0, Command::SignIn(Credentials::new(USERS[1], PASSWORD)));
        browser.pass(SECOND);
        let waiting = browser.begin(1, newer_token());
        browser.pass(3 * SECOND);
        assert_eq!(browser.id(1), browser.id(0));
        assert_eq!(last_change(&browser, 1), (first, browser.id(0)));
        let error = browser.reply(1, waiting).unwrap().unwrap_err();
        assert_eq!(error.code, Code::SignedOut);
        browser.sign_out(0);
        browser.pass(SECOND);
        assert_eq!(browser.last_reason(1), Some(Reason::SignedOutElsewhere));
    }
}

#[test]
fn a_tab_that_missed_several_users_follows_to_the_newest() {
    for changes in [1, 2, 5] {
        let mut browser = two_tabs(StorageKind::Page);
        let first = browser.id(1);
        browser.navigate(1, false);
        for change in 0..changes {
            signs_in(&mut browser, 0, (change + 1) % 2);
        }
        browser.back(1);
        browser.pass(SECOND);
        assert_eq!(browser.id(1), browser.id(0), "{changes}");
        assert_eq!(last_change(&browser, 1), (first, browser.id(0)));
        assert_eq!(browser.last_reason(1), Some(Reason::SignedIn));
    }
}

#[test]
fn a_tab_that_missed_a_sign_out_and_the_next_user_follows_too() {
    let mut browser = two_tabs(StorageKind::Page);
    browser.navigate(1, false);
    browser.sign_out(0);
    signs_in(&mut browser, 0, 1);
    browser.back(1);
    browser.pass(SECOND);
    assert_eq!(browser.id(1), browser.id(0));
}
