//! One origin, one person: a user who signs in in one tab is the user of every tab.

use storefront_token_client::core::call::Command;
use storefront_token_client::core::config::StorageKind;
use storefront_token_client::core::error::Code;
use storefront_token_client::core::event::{Event, Reason};
use storefront_token_client::core::record::Subject;
use storefront_token_client::core::token::Credentials;

use super::a_late_tab_loses_the_session;
use crate::browser::{Browser, duplicated_tabs, shop_with_peers};
use crate::calls::{adopt, newer_token, token};
use crate::page::{HOUR, SECOND};
use crate::scenario::Scenario;
use crate::server::{PASSWORD, Rotation, USERS};

/// Two tabs of one user.
fn two_tabs(storage: StorageKind) -> Browser {
    two_tabs_at(Scenario { guest: false, storage, ..shop_with_peers() })
}

fn two_tabs_at(shop: Scenario) -> Browser {
    let mut browser = Browser::of(shop);
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

#[test]
fn a_sign_out_reaches_a_tab_that_missed_the_users_between() {
    for changes in [1, 2, 5] {
        for [has_list, has_front] in [[true, true], [true, false], [false, false]] {
            let shop = Scenario { guest: false, leases: has_front, ..shop_with_peers() };
            let mut browser = two_tabs_at(shop);
            if has_front {
                browser.reload(1, true);
            } else {
                browser.navigate(1, false);
            }
            for change in 0..changes {
                signs_in(&mut browser, 0, (change + 1) % 2);
            }
            browser.sign_out(0);
            if !has_list {
                // Here no storage keeps sign-outs for pages that come back.
                browser.sign_outs.clear();
            }
            browser.back(1);
            browser.pass(SECOND);
            assert_eq!(browser.token_error(1), Code::LoginRequired, "{changes} {has_list} {has_front}");
            assert_eq!(browser.id(1), None);
            assert_eq!(browser.last_reason(1), Some(Reason::SignedOutElsewhere));
            assert_eq!(browser.stored(1, "id"), None);
        }
    }
}

#[test]
fn a_sign_out_of_a_user_keeps_a_guest_whom_the_user_replaced() {
    let mut browser = duplicated_tabs(shop_with_peers(), 2);
    let guest = browser.id(1);
    browser.navigate(1, false);
    browser.sign_in(0);
    browser.sign_out(0);
    browser.back(1);
    browser.pass(SECOND);
    assert_eq!(browser.id(1), guest);
}

/// Two tabs of one user whose session the server has ended, which only the first tab knows.
fn an_ended_session(guest: bool) -> Browser {
    let mut browser = two_tabs_at(Scenario { guest, ..shop_with_peers() });
    browser.server.end_all();
    browser.get(0, newer_token()).expect_err("the user's session has ended");
    assert!(browser.reasons(0).contains(&Reason::RefreshRejected));
    browser
}

#[test]
fn a_tab_follows_from_a_session_that_the_server_has_ended_to_the_next_user() {
    for adopts in [false, true] {
        let mut browser = an_ended_session(false);
        let first = browser.id(1);
        if adopts {
            let (real, wall) = (browser.clock.real, browser.clock.wall);
            let tokens = browser.server.grant_to_another_client(USERS[1], real);
            browser.get(0, adopt(&tokens, Subject::User, wall)).unwrap();
        } else {
            signs_in(&mut browser, 0, 1);
        }
        browser.pass(SECOND);
        assert_eq!(browser.id(1), browser.id(0));
        assert_eq!(last_change(&browser, 1), (first, browser.id(0)));
        browser.sign_out(0);
        browser.pass(SECOND);
        assert_eq!(browser.id(1), None);
    }
}

#[test]
fn tabs_of_a_user_whose_session_the_server_has_ended_get_one_guest() {
    let mut browser = an_ended_session(true);
    let guest = browser.token(0);
    assert_eq!(browser.last_reason(0), Some(Reason::GuestCreated));
    browser.pass(SECOND);
    assert_eq!(browser.last_reason(1), Some(Reason::SignedOutElsewhere));
    assert_eq!(browser.token(1), guest);
    assert_eq!(browser.server.guests(), 1);
}

#[test]
fn a_tab_follows_from_a_guest_whom_the_server_has_ended_to_the_next_user() {
    let mut browser = duplicated_tabs(shop_with_peers(), 2);
    browser.stop(1);
    browser.server.end_all();
    browser.pass(HOUR);
    assert_eq!(browser.last_reason(0), Some(Reason::RefreshRejected));
    browser.sign_in(0);
    browser.thaw(1, false);
    browser.pass(SECOND);
    assert_eq!(browser.id(1), browser.id(0));
}

#[test]
fn a_tab_whose_session_expired_as_it_came_back_follows_to_the_next_user() {
    let shop = Scenario { guest: false, rotation: Rotation::Never, ..shop_with_peers() };
    let mut browser = two_tabs_at(shop);
    browser.navigate(1, false);
    browser.pass(HOUR);
    signs_in(&mut browser, 0, 1);
    browser.back(1);
    browser.pass(SECOND);
    assert_eq!(browser.id(1), browser.id(0));
}

/// Two tabs of one user. Only the first one has the newest tokens, and it is stopped; so the second one has lost the session.
fn a_session_that_a_late_tab_has_lost() -> Browser {
    let mut browser = two_tabs_at(shop_with_peers());
    a_late_tab_loses_the_session(&mut browser);
    assert_eq!(browser.last_reason(1), Some(Reason::GuestCreated));
    browser
}

#[test]
fn a_tab_keeps_its_user_although_a_tab_with_older_tokens_has_a_guest() {
    let mut browser = a_session_that_a_late_tab_has_lost();
    let user = browser.id(0);
    browser.thaw(0, false);
    browser.pass(SECOND);
    assert_eq!(browser.id(0), user);
    let token = browser.token(0);
    assert!(browser.server.accepts(&token));
}

#[test]
fn a_tab_with_newer_tokens_follows_to_a_user_who_signs_in_where_they_were_missed() {
    let mut browser = a_session_that_a_late_tab_has_lost();
    browser.sign_in(1);
    browser.thaw(0, false);
    browser.pass(SECOND);
    assert_eq!(browser.id(0), browser.id(1));
}

#[test]
fn a_late_tab_whose_session_has_expired_keeps_the_record_of_the_next_user() {
    for timers_first in [false, true] {
        let shop = Scenario {
            guest: false,
            rotation: Rotation::Never,
            storage: StorageKind::Origin,
            ..shop_with_peers()
        };
        let mut browser = two_tabs_at(shop);
        browser.stop(1);
        browser.pass(HOUR);
        assert_eq!(browser.last_reason(0), Some(Reason::Expired));
        signs_in(&mut browser, 0, 1);
        let user = browser.id(0);
        browser.thaw(1, timers_first);
        browser.pass(SECOND);
        assert_eq!(browser.stored(0, "id").map(str::to_owned), user);
        assert_eq!(browser.id(1), user);
        browser.close(1, true);
        browser.reload(0, true);
        browser.get(0, Command::Session).unwrap();
        assert_eq!(browser.id(0), user);
    }
}

#[test]
fn a_cached_page_that_learns_of_a_sign_out_keeps_the_record_of_the_user_who_came_next() {
    let mut browser = Browser::of(Scenario { guest: false, ..shop_with_peers() });
    browser.open();
    browser.sign_in(0);
    browser.pass(SECOND);
    browser.navigate(0, false);
    browser.get(0, token()).unwrap();
    browser.sign_out(0);
    signs_in(&mut browser, 0, 1);
    let user = browser.id(0);
    browser.back(0);
    browser.pass(SECOND);
    assert_eq!(browser.id(0), user);
}
