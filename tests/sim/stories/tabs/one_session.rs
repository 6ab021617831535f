//! Duplicated, opened and closed tabs: one session, one guest, one refresh in each lifetime.

use storefront_token_client::core::call::{Command, Ticket};
use storefront_token_client::core::config::StorageKind;
use storefront_token_client::core::error::Code;
use storefront_token_client::core::event::Reason;
use storefront_token_client::core::io::Input;
use storefront_token_client::core::token::{AccessToken, Credentials};

use crate::browser::{Browser, duplicated_tabs, shop_with_peers};
use crate::calls::{newer_token, sign_in, token};
use crate::page::{HOUR, MINUTE, SECOND};
use crate::scenario::Scenario;
use crate::server::{PASSWORD, Rotation};

#[test]
fn duplicated_tabs_send_one_refresh_in_each_lifetime() {
    for count in [2, 5, 20] {
        let mut browser = duplicated_tabs(shop_with_peers(), count);
        browser.expires_in(60);
        browser.get(0, newer_token()).unwrap();
        let before = browser.refreshes();
        let mut lifetimes = 0;
        let mut newest = browser.token(0);
        while lifetimes < 60 {
            browser.pass(SECOND);
            for tab in 0..count {
                browser.token(tab);
            }
            let token = browser.token(0);
            lifetimes += usize::from(token != newest);
            newest = token;
        }
        assert_eq!(browser.refreshes() - before, lifetimes, "{count} tabs");
        assert_eq!(browser.server.guests(), 1);
    }
}

#[test]
fn a_server_that_detects_reuse_finds_none() {
    let mut browser = duplicated_tabs(Scenario { rotation: Rotation::DetectsReuse, ..shop_with_peers() }, 5);
    browser.pass(60 * 60 * MINUTE);
    assert!(!browser.server.families[0].ended);
}

#[test]
fn ten_tabs_opened_at_once_create_one_guest() {
    let mut browser = Browser::of(shop_with_peers());
    let tabs: Vec<usize> = (0..10).map(|_| browser.open()).collect();
    for tab in &tabs {
        browser.begin(*tab, token());
    }
    browser.pass(5 * SECOND);
    let ids: Vec<_> = tabs.iter().map(|tab| browser.id(*tab)).collect();
    assert!(ids.iter().all(|id| id.is_some() && *id == ids[0]), "{ids:?}");
    assert_eq!(browser.server.guests(), 1);
}

#[test]
fn an_opened_tab_joins_as_soon_as_a_peer_replies() {
    let mut browser = duplicated_tabs(shop_with_peers(), 1);
    let tab = browser.open();
    let call = browser.begin(tab, token());
    browser.pass(2 * browser.channel.delay);
    assert!(browser.reply(tab, call).unwrap().is_ok());
    assert_eq!(browser.reasons(tab), [Reason::Restored]);
    assert_eq!(browser.requests.len(), 1);
}

#[test]
fn a_tab_joins_a_peer_that_runs_again_before_it_creates_a_guest() {
    let mut browser = duplicated_tabs(shop_with_peers(), 1);
    browser.stop(0);
    let tab = browser.open();
    assert!(browser.get(tab, Command::Session).is_ok());
    assert_eq!(browser.id(tab), None);
    browser.thaw(0, true);
    browser.token(tab);
    assert_eq!(browser.server.guests(), 1);
}

#[test]
fn a_page_that_finds_another_session_in_its_storage_asks_for_the_newest_tokens_first() {
    let mut browser = Browser::of(Scenario { rotation: Rotation::DetectsReuse, ..shop_with_peers() });
    let (user, guest) = (browser.open(), browser.open());
    browser.channel.loses_one_in = Some(1);
    browser.sign_in(user);
    browser.token(guest);
    browser.channel.loses_one_in = None;
    browser.pass(HOUR / 2);
    let old = browser.disks[guest].content.clone();
    browser.get(guest, newer_token()).unwrap();
    browser.disks[user].content = old;
    browser.pass(HOUR / 2);
    assert_eq!(browser.id(user), browser.id(guest));
    assert_eq!(browser.refreshes(), 1);
}

#[test]
fn a_tab_without_a_channel_waits_for_no_peer() {
    let mut browser = Browser::of(Scenario { shares: false, ..shop_with_peers() });
    let tab = browser.open();
    browser.latency = 0;
    let call = browser.begin(tab, token());
    browser.pass(browser.channel.delay);
    assert!(browser.reply(tab, call).unwrap().is_ok());
}

#[test]
fn a_tab_broadcasts_new_tokens_before_it_can_close() {
    let mut browser = duplicated_tabs(shop_with_peers(), 2);
    browser.get(0, newer_token()).unwrap();
    browser.close(0, true);
    browser.pass(SECOND);
    assert_eq!(browser.received(0), 1);
    browser.get(0, newer_token()).unwrap();
    assert_eq!(browser.server.guests(), 1);
}

#[test]
fn a_tab_that_closes_before_its_response_loses_the_session() {
    let mut browser = duplicated_tabs(shop_with_peers(), 2);
    browser.begin(0, newer_token());
    browser.pass(20);
    browser.close(0, true);
    browser.pass(SECOND);
    // No client has got the new refresh token.
    browser.get(0, newer_token()).unwrap();
    assert_eq!(browser.reasons(0), [Reason::Restored, Reason::RefreshRejected, Reason::GuestReplaced]);
}

#[test]
fn a_tab_that_waits_for_a_closing_tab_goes_on_soon() {
    let mut browser = Browser::of(shop_with_peers());
    let first = browser.open();
    browser.latency = 20 * SECOND;
    browser.begin(first, token());
    browser.pass(SECOND);
    let second = browser.open();
    browser.begin(second, token());
    browser.pass(SECOND);
    browser.close(first, true);
    browser.latency = 100;
    browser.pass(2 * SECOND);
    assert!(browser.id(0).is_some());
}

#[test]
fn a_sign_in_in_one_duplicate_moves_every_tab_to_the_user() {
    let mut browser = duplicated_tabs(shop_with_peers(), 3);
    browser.sign_in(1);
    browser.pass(SECOND);
    for tab in 0..3 {
        assert_eq!(browser.id(tab), browser.id(1));
        assert_eq!(browser.last_reason(tab), Some(Reason::SignedIn));
    }
}

#[test]
fn a_sign_in_over_another_user_moves_every_tab_to_the_second_user() {
    for storage in [StorageKind::Page, StorageKind::Origin] {
        let mut browser = duplicated_tabs(Scenario { storage, ..shop_with_peers() }, 3);
        browser.sign_in(0);
        browser.pass(SECOND);
        browser.navigate(2, false);
        let ada = browser.id(1);
        browser.get(0, other_user()).unwrap();
        browser.pass(SECOND);
        assert_ne!(browser.id(0), ada);
        assert_eq!(browser.id(1), browser.id(0));
        assert_eq!(browser.last_reason(1), Some(Reason::SignedIn));
        browser.back(2);
        browser.pass(SECOND);
        assert_eq!(browser.id(2), browser.id(0));
        browser.get(1, newer_token()).unwrap();
        browser.sign_out(1);
        browser.pass(SECOND);
        assert_eq!([browser.id(0), browser.id(2)], [None, None]);
    }
}

#[test]
fn a_waiting_call_of_the_first_user_never_gets_a_token_of_the_second() {
    let mut browser = duplicated_tabs(shop_with_peers(), 2);
    browser.sign_in(0);
    browser.pass(SECOND);
    browser.latency = 3 * SECOND;
    browser.begin(0, other_user());
    browser.pass(SECOND);
    let call = browser.begin(1, newer_token());
    browser.pass(3 * SECOND);
    assert_eq!(browser.reply(1, call).unwrap().unwrap_err().code, Code::SignedOut);
    assert_eq!(browser.id(1), browser.id(0));
}

fn other_user() -> Command {
    Command::SignIn(Credentials::new(crate::server::USERS[1], PASSWORD))
}

#[test]
fn a_tab_gets_tokens_while_its_sign_in_fails() {
    let mut browser = duplicated_tabs(shop_with_peers(), 2);
    browser.void_locks();
    browser.latency = 10 * SECOND;
    browser.begin(0, sign_in("SECRET-wrong"));
    browser.pass(6 * SECOND);
    browser.latency = 100;
    browser.get(1, newer_token()).unwrap();
    browser.pass(10 * SECOND);
    assert_eq!(browser.received(0), 1);
}

#[test]
fn hostile_messages_change_nothing() {
    let mut browser = duplicated_tabs(shop_with_peers(), 2);
    browser.send_hostile_messages(browser.page_of(0));
    browser.sign_in(1);
    browser.send_hostile_messages(browser.page_of(1));
    assert_eq!(browser.coverage.hostile, 2);
}

/// Both tabs poll an address that rejects every token.
#[test]
fn tabs_whose_api_rejects_every_token_do_not_refresh_by_turns() {
    let mut browser = duplicated_tabs(shop_with_peers(), 2);
    for _ in 0..20 {
        for tab in [0, 1] {
            let token = browser.token(tab);
            let address = String::from("https://shop.example/forbidden");
            let rejected = Ticket::new(AccessToken::new(token), None, address.clone());
            if browser.get(tab, Command::TokenAfter401(rejected)).is_ok() {
                let page = browser.page_of(tab);
                browser.input(page, Input::Retried(address, 401));
            }
            browser.pass(SECOND);
        }
    }
    // Half a minute after each of the two refreshes there may be one more.
    assert!(browser.refreshes() <= 4, "{} refreshes", browser.refreshes());
}
