//! Pages in the back/forward cache.

use crate::browser::{Browser, duplicated_tabs, shop_with_peers};
use crate::calls::{newer_token, token};
use crate::dialect::Dialect;
use crate::page::{DAY, HOUR, MINUTE, SECOND};
use crate::scenario::Scenario;
use crate::server::Conduct;

#[test]
fn a_restored_page_gets_the_tokens_of_the_next_page_of_its_tab() {
    let mut browser = duplicated_tabs(shop_with_peers(), 1);
    browser.navigate(0, false);
    browser.get(0, newer_token()).unwrap();
    let newest = browser.token(0);
    let sent = browser.requests.len();
    browser.back(0);
    browser.pass(SECOND);
    assert_eq!(browser.token(0), newest);
    assert_eq!(browser.requests.len(), sent);
}

#[test]
fn a_restored_page_gets_the_tokens_of_another_tab() {
    let mut browser = duplicated_tabs(shop_with_peers(), 2);
    browser.navigate(1, false);
    browser.pass(DAY);
    let newest = browser.token(0);
    browser.back(1);
    browser.pass(SECOND);
    assert_eq!(browser.token(1), newest);
}

#[test]
fn a_restored_page_asks_its_peers_for_a_session_again() {
    let mut browser = Browser::of(shop_with_peers());
    browser.open();
    browser.begin(0, token());
    browser.navigate(0, false);
    let other = browser.open();
    browser.token(other);
    browser.pass(MINUTE);
    browser.back(0);
    browser.token(0);
    assert_eq!(browser.id(0), browser.id(other));
    assert_eq!(browser.server.guests(), 1);
}

/// It learns only after the deadline that its record was written. Meanwhile the next page has used the refresh token
/// up, and has got no response.
#[test]
fn a_restored_page_that_was_storing_its_guest_replaces_the_guest_whose_refresh_token_is_used_up() {
    let dialect = Dialect::InvalidRequest;
    let shop = Scenario { dialect, disk_delay: 300, locks: false, ..shop_with_peers() };
    let mut browser = Browser::of(shop);
    browser.open();
    browser.begin(0, token());
    while browser.server.guests() == 0 {
        browser.pass(20);
    }
    browser.pass(100);
    browser.navigate(0, false);
    browser.server.conduct = Conduct::DropsAfter;
    browser.pass(HOUR);
    browser.begin(0, newer_token());
    browser.pass(SECOND);
    browser.back(0);
    browser.server.conduct = Conduct::Serves;
    browser.pass(HOUR);
    browser.token(0);
    assert_eq!(browser.server.guests(), 2);
}

#[test]
fn a_cached_page_gives_up_its_request_for_the_lock() {
    let mut browser = duplicated_tabs(shop_with_peers(), 3);
    browser.latency = 3 * SECOND;
    browser.begin(0, newer_token());
    browser.pass(SECOND);
    browser.begin(1, newer_token());
    browser.pass(SECOND);
    browser.navigate(1, false);
    browser.begin(2, newer_token());
    browser.pass(HOUR);
    browser.back(1);
    browser.pass(MINUTE);
    assert_eq!(browser.token(1), browser.token(0));
    assert_eq!(browser.server.guests(), 1);
}
