//! A reload in the middle of a refresh, and what no client can save.

use storefront_token_client::core::config::StorageKind;
use storefront_token_client::core::event::Reason;

use crate::browser::{Browser, duplicated_tabs, shop_with_peers};
use crate::calls::newer_token;
use crate::page::{HOUR, SECOND, shop};
use crate::scenario::Scenario;
use crate::server::Rotation;

#[test]
fn the_next_page_waits_before_it_repeats_a_refresh() {
    let mut browser = duplicated_tabs(shop_with_peers(), 1);
    browser.begin(0, newer_token());
    browser.pass(20);
    browser.reload(0, true);
    let sent = browser.refreshes();
    browser.begin(0, newer_token());
    browser.pass(4 * SECOND);
    assert_eq!(browser.refreshes(), sent);
    browser.pass(2 * SECOND);
    assert_eq!(browser.refreshes(), sent + 1);
}

#[test]
fn a_rejection_after_a_reload_says_that_the_response_was_lost() {
    let mut browser = duplicated_tabs(shop_with_peers(), 1);
    browser.begin(0, newer_token());
    browser.pass(20);
    browser.reload(0, true);
    browser.begin(0, newer_token());
    browser.pass(10 * SECOND);
    assert!(browser.reasons(0).contains(&Reason::RefreshRejected));
    let detail = browser.last_error(0).and_then(|error| error.detail.clone());
    assert_eq!(detail.as_deref(), Some("the response to an earlier refresh was lost"));
}

#[test]
fn a_rejection_in_another_tab_with_the_same_record_says_that_the_response_was_lost() {
    let mut browser = duplicated_tabs(Scenario { storage: StorageKind::Origin, ..shop_with_peers() }, 2);
    browser.begin(0, newer_token());
    browser.pass(20);
    browser.close(0, true);
    // The other tab is the first one now.
    browser.begin(0, newer_token());
    browser.pass(10 * SECOND);
    let detail = browser.last_error(0).and_then(|error| error.detail.clone());
    assert_eq!(detail.as_deref(), Some("the response to an earlier refresh was lost"));
}

#[test]
fn a_server_with_a_grace_period_saves_a_lost_response() {
    let mut browser = duplicated_tabs(Scenario { rotation: Rotation::Grace, ..shop_with_peers() }, 1);
    let id = browser.id(0);
    browser.begin(0, newer_token());
    browser.pass(20);
    browser.reload(0, true);
    browser.get(0, newer_token()).unwrap();
    assert_eq!(browser.id(0), id);
}

#[test]
fn a_browser_that_is_killed_before_it_has_flushed_a_refresh_reports_a_lost_response() {
    let mut browser = duplicated_tabs(shop_with_peers(), 1);
    browser.get(0, newer_token()).unwrap();
    browser.pass(SECOND);
    browser.crash(true);
    browser.begin(0, newer_token());
    // The page before it has left its entry, and is waited for.
    browser.pass(15 * SECOND);
    assert!(browser.reasons(0).contains(&Reason::RefreshRejected));
    let detail = browser.last_error(0).and_then(|error| error.detail.clone());
    assert_eq!(detail.as_deref(), Some("the response to an earlier refresh was lost"));
}

#[test]
fn a_browser_that_is_killed_after_it_has_flushed_a_refresh_keeps_the_session() {
    let mut browser = duplicated_tabs(shop_with_peers(), 3);
    browser.get(0, newer_token()).unwrap();
    browser.pass(SECOND);
    browser.crash(false);
    for tab in 0..3 {
        browser.token(tab);
    }
    assert_eq!(browser.server.guests(), 1);
    assert_eq!(browser.refreshes(), 1);
}

#[test]
fn a_discarded_tab_soon_has_the_tokens_that_its_peers_have_refreshed() {
    let mut browser = duplicated_tabs(shop_with_peers(), 2);
    browser.discard(1);
    browser.get(0, newer_token()).unwrap();
    browser.pass(HOUR / 2);
    browser.thaw(1, false);
    browser.token(1);
    browser.pass(SECOND);
    assert_eq!(browser.token(1), browser.token(0));
    assert_eq!(browser.refreshes(), 1);
}

#[test]
fn a_tab_whose_token_was_replaced_meanwhile_uses_its_successor() {
    let mut browser = duplicated_tabs(shop_with_peers(), 2);
    browser.pass(SECOND);
    browser.void_locks();
    browser.latency = 3 * SECOND;
    let first = browser.begin(0, newer_token());
    let second = browser.begin(1, newer_token());
    browser.pass(10 * SECOND);
    assert!(browser.reply(0, first).unwrap().is_ok());
    assert!(browser.reply(1, second).unwrap().is_ok());
    assert_eq!(browser.refreshes(), 2);
    assert_eq!(browser.token(0), browser.token(1));
}

#[test]
fn a_rejection_waits_for_a_busy_peer() {
    let mut browser = duplicated_tabs(shop_with_peers(), 2);
    browser.void_locks();
    browser.latency = 6 * SECOND;
    browser.begin(0, newer_token());
    browser.pass(4 * SECOND);
    // The second request overtakes: the response to the first one is still under way.
    browser.latency = 100;
    browser.begin(1, newer_token());
    browser.pass(10 * SECOND);
    assert_eq!(browser.server.guests(), 1);
    assert_eq!(browser.token(0), browser.token(1));
}

#[test]
fn a_rejection_waits_for_a_busy_peer_in_every_generation() {
    let mut browser = duplicated_tabs(shop_with_peers(), 2);
    browser.get(0, newer_token()).unwrap();
    browser.pass(SECOND);
    browser.void_locks();
    browser.latency = 6 * SECOND;
    browser.begin(0, newer_token());
    browser.pass(4 * SECOND);
    // The server has responded, and the second tab has missed every message about it.
    browser.latency = 100;
    browser.channel.loses_one_in = Some(1);
    browser.begin(1, newer_token());
    browser.pass(40);
    browser.channel.loses_one_in = None;
    browser.pass(10 * SECOND);
    assert_eq!(browser.refreshes(), 3);
    assert_eq!(browser.server.guests(), 1);
    assert_eq!(browser.token(0), browser.token(1));
}

#[test]
fn a_rejection_waits_for_a_known_peer_that_is_blocked() {
    let mut browser = duplicated_tabs(shop_with_peers(), 2);
    browser.get(0, newer_token()).unwrap();
    browser.pass(SECOND);
    // The second tab misses the newest tokens, and a long task blocks the tab that has them.
    browser.channel.loses_one_in = Some(1);
    browser.get(0, newer_token()).unwrap();
    browser.channel.loses_one_in = None;
    browser.block(0, 4 * SECOND);
    let call = browser.begin(1, newer_token());
    browser.pass(6 * SECOND);
    assert!(browser.reply(1, call).unwrap().is_ok());
    assert_eq!(browser.token(0), browser.token(1));
    assert_eq!(browser.server.guests(), 1);
}

#[test]
fn after_the_wait_for_a_blocked_peer_the_storage_is_read_again() {
    let mut browser = duplicated_tabs(shop_with_peers(), 1);
    let beside = browser.open_beside(0);
    browser.token(beside);
    browser.void_locks();
    browser.latency = 6 * SECOND;
    browser.begin(0, newer_token());
    browser.pass(4 * SECOND);
    browser.latency = 100;
    browser.begin(beside, newer_token());
    browser.pass(1_900);
    // The busy tab is done in a moment, and its message is lost.
    browser.channel.loses_one_in = Some(1);
    browser.pass(10 * SECOND);
    assert_eq!(browser.token(0), browser.token(beside));
    assert_eq!(browser.server.guests(), 1);
}

#[test]
fn a_rejection_waits_for_a_slow_storage() {
    let mut browser = Browser::of(Scenario { storage: StorageKind::Origin, disk_delay: 700, ..shop() });
    browser.open();
    browser.token(0);
    browser.open();
    browser.token(1);
    browser.void_locks();
    browser.begin(1, newer_token());
    browser.pass(100);
    browser.begin(0, newer_token());
    browser.pass(10 * SECOND);
    assert_eq!(browser.token(0), browser.token(1));
    assert_eq!(browser.server.guests(), 1);
}
