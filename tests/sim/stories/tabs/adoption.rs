//! Adoptions in several tabs: the same tokens are one session.

use storefront_token_client::core::call::Command;
use storefront_token_client::core::config::StorageKind;
use storefront_token_client::core::error::Code;
use storefront_token_client::core::event::Reason;
use storefront_token_client::core::record::Subject;

use crate::browser::{Browser, shop_with_peers};
use crate::calls::{adopt, token};
use crate::page::{HOUR, MINUTE, SECOND};
use crate::scenario::Scenario;
use crate::server::{Rotation, USERS};

/// An adoption of a user's tokens that another client was granted this long ago.
fn adoption(browser: &mut Browser, age: i64) -> Command {
    let tokens = browser.server.grant_to_another_client(USERS[0], browser.clock.real - age);
    adopt(&tokens, Subject::User, browser.clock.wall - age)
}

/// Shops whose server ends a session if a refresh token is sent twice, with every storage and with and without locks.
fn strict_shops() -> impl Iterator<Item = Scenario> {
    let strict = Scenario { rotation: Rotation::DetectsReuse, ..shop_with_peers() };
    let storages = [StorageKind::Page, StorageKind::Origin];
    storages.into_iter().flat_map(move |storage| {
        let strict = strict.clone();
        [true, false].map(move |locks| Scenario { storage, locks, ..strict.clone() })
    })
}

#[test]
fn tabs_that_adopt_the_same_expired_tokens_at_once_send_one_refresh() {
    for shop in strict_shops() {
        let mut browser = Browser::of(shop);
        let tabs = [browser.open(), browser.open(), browser.open()];
        let adoption = adoption(&mut browser, 2 * HOUR);
        for tab in tabs {
            browser.begin(tab, adoption.clone());
            browser.begin(tab, token());
        }
        browser.pass(30 * SECOND);
        let newest = browser.token(0);
        assert_eq!(browser.refreshes(), 1);
        for tab in tabs {
            assert_eq!(browser.token(tab), newest);
            assert_eq!(browser.id(tab), browser.id(0));
        }
        assert!(!browser.server.families[0].ended);
    }
}

#[test]
fn a_tab_that_adopts_the_same_tokens_later_joins_the_session_as_it_is_by_then() {
    for shop in strict_shops() {
        let mut browser = Browser::of(shop);
        browser.open();
        let adoption = adoption(&mut browser, 0);
        browser.get(0, adoption.clone()).unwrap();
        browser.pass(3 * HOUR);
        let tab = browser.open();
        browser.get(tab, adoption).unwrap();
        assert_eq!(browser.token(tab), browser.token(0));
        browser.pass(3 * HOUR);
        assert!(!browser.server.families[0].ended);
    }
}

#[test]
fn the_other_tabs_follow_an_adoption() {
    let mut browser = Browser::of(shop_with_peers());
    browser.open();
    browser.token(0);
    let tab = browser.duplicate(0);
    browser.token(tab);
    let adoption = adoption(&mut browser, 0);
    browser.get(0, adoption).unwrap();
    browser.pass(SECOND);
    assert_eq!(browser.id(tab), browser.id(0));
    assert_eq!(browser.last_reason(0), Some(Reason::Adopted));
    assert_eq!(browser.last_reason(tab), Some(Reason::SignedIn));
}

#[test]
fn a_tab_cannot_adopt_a_session_that_was_signed_out_in_another() {
    let mut browser = Browser::of(shop_with_peers());
    browser.open();
    let adoption = adoption(&mut browser, 0);
    browser.get(0, adoption.clone()).unwrap();
    browser.sign_out(0);
    browser.pass(MINUTE);
    let tab = browser.open();
    assert_eq!(browser.get(tab, adoption).unwrap_err().code, Code::LoginRequired);
}

#[test]
fn a_sign_out_reaches_a_tab_that_is_storing_the_same_session() {
    let mut browser = Browser::of(Scenario { disk_delay: 300, ..shop_with_peers() });
    let tabs = [browser.open(), browser.open()];
    let adoption = adoption(&mut browser, 0);
    browser.get(0, adoption.clone()).unwrap();
    browser.begin(1, adoption);
    browser.sign_out(0);
    browser.pass(10 * SECOND);
    for tab in tabs {
        assert_eq!(browser.id(tab), None);
        assert_eq!(browser.stored(tab, "id"), None);
    }
}
