//! Sleep, frozen and throttled tabs, and no network.

use storefront_token_client::core::io::Input;

use crate::browser::{duplicated_tabs, shop_with_peers};
use crate::calls::{newer_token, token};
use crate::page::{DAY, HOUR, MINUTE, SECOND};
use crate::scenario::Scenario;
use crate::server::Rotation;
use crate::timers::Timers;

#[test]
fn a_hundred_tabs_that_wake_together_send_one_refresh() {
    let mut browser = duplicated_tabs(shop_with_peers(), 100);
    let before = browser.refreshes();
    browser.sleep(DAY);
    for tab in 0..100 {
        browser.begin(tab, token());
    }
    browser.pass(5 * SECOND);
    assert_eq!(browser.refreshes() - before, 1);
    let newest = browser.token(0);
    for tab in 1..100 {
        assert_eq!(browser.token(tab), newest);
    }
}

#[test]
fn a_tab_that_was_stopped_gets_newer_tokens() {
    for timers_first in [true, false] {
        let mut browser = duplicated_tabs(shop_with_peers(), 2);
        browser.stop(1);
        browser.pass(5 * HOUR);
        let sent = browser.refreshes();
        browser.thaw(1, timers_first);
        browser.pass(SECOND);
        assert_eq!(browser.token(1), browser.token(0));
        assert_eq!(browser.refreshes(), sent);
    }
}

#[test]
fn a_frozen_tab_keeps_no_peer_waiting() {
    let mut browser = duplicated_tabs(shop_with_peers(), 3);
    browser.expires_in(10);
    browser.get(0, newer_token()).unwrap();
    browser.freeze(1);
    browser.freeze(2);
    for _ in 0..100 {
        browser.pass(SECOND);
        let call = browser.begin(0, token());
        assert!(browser.reply(0, call).unwrap().is_ok(), "the token is refreshed in time");
    }
}

#[test]
fn a_frozen_tab_gets_the_tokens_of_a_tab_that_closes() {
    let mut browser = duplicated_tabs(shop_with_peers(), 2);
    browser.freeze(1);
    browser.pass(5 * HOUR);
    let newest = browser.token(0);
    browser.close(0, true);
    browser.thaw(0, true);
    assert_eq!(browser.token(0), newest);
}

#[test]
fn a_tab_that_was_frozen_while_it_waited_for_the_lock_sends_no_old_token() {
    let mut browser = duplicated_tabs(Scenario { rotation: Rotation::DetectsReuse, ..shop_with_peers() }, 2);
    browser.latency = 2 * SECOND;
    browser.begin(0, newer_token());
    browser.pass(SECOND / 2);
    browser.begin(1, newer_token());
    browser.pass(SECOND / 2);
    browser.freeze(1);
    browser.pass(HOUR);
    browser.thaw(1, true);
    browser.pass(MINUTE);
    assert!(!browser.server.families[0].ended);
    assert_eq!(browser.server.guests(), 1);
}

#[test]
fn a_throttled_tab_gets_the_tokens_of_its_peers() {
    let mut browser = duplicated_tabs(shop_with_peers(), 2);
    let page = browser.page_of(1);
    browser.pages[page].timers = Timers::Never;
    browser.pass(HOUR);
    assert_eq!(browser.received(1), 1);
    assert_eq!(browser.token(1), browser.token(0));
}

#[test]
fn nothing_is_sent_while_the_page_is_hidden() {
    let mut browser = duplicated_tabs(shop_with_peers(), 1);
    let sent = browser.requests.len();
    browser.input(0, Input::Hidden);
    browser.begin(0, newer_token());
    browser.pass(2 * HOUR);
    assert_eq!(browser.requests.len(), sent);
}

#[test]
fn nothing_is_sent_in_the_background_without_network_and_at_once_when_it_is_back() {
    let mut browser = duplicated_tabs(shop_with_peers(), 3);
    let sent = browser.requests.len();
    browser.set_offline(true);
    for _ in 0..10 {
        browser.pass(HOUR);
    }
    assert_eq!(browser.requests.len(), sent);
    browser.set_offline(false);
    let call = browser.begin(1, token());
    browser.pass(browser.latency + 4 * browser.channel.delay);
    assert!(browser.reply(1, call).unwrap().is_ok());
    assert_eq!(browser.requests.len(), sent + 1);
}
