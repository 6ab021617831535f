//! A host may lack any feature: the client works, and shares less.

use storefront_token_client::core::config::StorageKind;
use storefront_token_client::core::event::Reason;
use storefront_token_client::core::grant::GrantKind;

use crate::browser::{Browser, duplicated_tabs, shop_with_peers};
use crate::calls::newer_token;
use crate::disk::Content;
use crate::page::{HOUR, MINUTE, SECOND, shop};
use crate::scenario::Scenario;
use crate::server::{Conduct, Rotation};

fn local() -> Scenario {
    Scenario { storage: StorageKind::Origin, ..shop() }
}

/// Tabs with one storage and no channel.
fn over_one_storage(shop: Scenario, count: usize) -> Browser {
    let mut browser = Browser::of(shop);
    for tab in 0..count {
        browser.open();
        browser.token(tab);
    }
    browser
}

#[test]
fn without_a_channel_tabs_share_a_session_by_their_storage() {
    let mut browser = over_one_storage(local(), 5);
    let sent = browser.refreshes();
    browser.pass(10 * HOUR);
    let newest = browser.token(0);
    for tab in 1..5 {
        assert_eq!(browser.token(tab), newest);
    }
    assert!(browser.refreshes() - sent <= 11);
    assert_eq!(browser.server.guests(), 1);
}

#[test]
fn with_locks_that_keep_nobody_out_and_without_a_channel_a_rejection_is_confirmed_in_the_storage() {
    let mut browser = over_one_storage(local(), 3);
    browser.void_locks();
    let calls: Vec<_> = (0..3).map(|tab| browser.begin(tab, newer_token())).collect();
    browser.pass(5 * SECOND);
    for (tab, call) in calls.into_iter().enumerate() {
        assert!(browser.reply(tab, call).unwrap().is_ok());
    }
    assert_eq!(browser.server.guests(), 1);
}

#[test]
fn two_clients_of_one_page_read_each_others_records() {
    let mut browser = Browser::of(shop());
    browser.open();
    browser.token(0);
    let beside = browser.open_beside(0);
    browser.token(beside);
    browser.void_locks();
    browser.begin(0, newer_token());
    browser.begin(beside, newer_token());
    browser.pass(5 * SECOND);
    assert_eq!(browser.id(0), browser.id(beside));
    assert_eq!(browser.server.guests(), 1);
}

#[test]
fn a_record_whose_page_closed_before_its_broadcast_is_broadcast_by_its_next_reader() {
    let mut browser =
        Browser::of(Scenario { disk_delay: 300, rotation: Rotation::DetectsReuse, ..shop_with_peers() });
    browser.open();
    browser.token(0);
    let beside = browser.open_beside(0);
    browser.token(beside);
    let copy = browser.duplicate(0);
    browser.token(copy);
    browser.begin(0, newer_token());
    browser.pass(450);
    browser.close(0, true);
    let (beside, copy) = (beside - 1, copy - 1);
    let calls = [beside, copy].map(|tab| (tab, browser.begin(tab, newer_token())));
    browser.pass(10 * SECOND);
    for (tab, call) in calls {
        assert!(browser.reply(tab, call).unwrap().is_ok());
    }
    assert_eq!(browser.server.guests(), 1);
    assert_eq!(browser.id(beside), browser.id(copy));
}

#[test]
fn with_locks_that_keep_nobody_out_tabs_use_each_others_tokens() {
    let mut browser = duplicated_tabs(shop_with_peers(), 5);
    browser.void_locks();
    browser.pass(10 * HOUR);
    let newest = browser.token(0);
    for tab in 1..5 {
        assert_eq!(browser.token(tab), newest);
    }
    assert_eq!(browser.server.guests(), 1);
}

/// The second tab does not know the first token set yet, and the third one does: both refresh to a token set of
/// the same generation.
fn two_refreshes_within_the_servers_grace_period(tabs: usize, seed: u64) -> Browser {
    let mut browser =
        duplicated_tabs(Scenario { seed, rotation: Rotation::Grace, ..shop_with_peers() }, tabs);
    browser.void_locks();
    browser.channel.delay = 5;
    browser.begin(0, newer_token());
    browser.pass(106);
    browser.begin(1, newer_token());
    browser.pass(5);
    browser.begin(2, newer_token());
    browser
}

#[test]
fn with_locks_that_keep_nobody_out_the_later_of_two_refreshes_within_the_servers_grace_period_stays() {
    let mut browser = two_refreshes_within_the_servers_grace_period(3, 7);
    browser.pass(SECOND);
    assert_eq!(browser.refreshes(), 3);
    let newest = browser.token(2);
    assert_eq!([browser.token(0), browser.token(1)], [newest.clone(), newest]);
    browser.pass(2 * HOUR);
    assert_eq!(browser.server.guests(), 1);
}

#[test]
fn the_rejection_of_a_token_that_was_replaced_meanwhile_is_ignored() {
    let plays = (0..20).map(|seed| {
        let mut browser = two_refreshes_within_the_servers_grace_period(4, seed);
        browser.pass(101);
        // The tab knows the first of the two token sets, and its request comes after the grace period. With some delays it
        // hears of the second one before, and sends none.
        browser.latency = 80 * SECOND;
        browser.begin(3, newer_token());
        browser.pass(2 * MINUTE);
        assert_eq!(browser.id(3), browser.id(0));
        assert_eq!(browser.server.guests(), 1);
        browser.senders(GrantKind::Refresh).len()
    });
    assert!(plays.filter(|requests| *requests == 4).count() > 0);
}

#[test]
fn a_lock_that_is_never_granted_delays_a_call_for_a_bounded_time() {
    for timeout in [2 * SECOND, 15 * SECOND] {
        let mut browser = duplicated_tabs(Scenario { timeout, ..shop_with_peers() }, 3);
        browser.hang_lock(0);
        let calls: Vec<_> = (0..3).map(|tab| browser.begin(tab, newer_token())).collect();
        browser.pass(timeout);
        for (tab, call) in calls.into_iter().enumerate() {
            assert!(browser.reply(tab, call).unwrap().is_ok(), "{timeout}");
        }
        assert_eq!(browser.server.guests(), 1);
        assert_eq!(browser.refreshes(), 1, "one tab goes first, and the others receive its tokens");
    }
}

#[test]
fn a_busy_peer_is_waited_for_longer_than_a_lock() {
    let mut browser = duplicated_tabs(Scenario { timeout: MINUTE, ..shop_with_peers() }, 2);
    browser.latency = 40 * SECOND;
    browser.begin(0, newer_token());
    browser.pass(SECOND);
    let call = browser.begin(1, newer_token());
    browser.pass(45 * SECOND);
    assert_eq!(browser.refreshes(), 1);
    assert!(browser.reply(1, call).unwrap().is_ok());
}

#[test]
fn a_peer_whose_exchange_failed_is_not_waited_for() {
    let mut browser = duplicated_tabs(shop_with_peers(), 2);
    browser.server.conduct = Conduct::Fails(503);
    browser.begin(0, newer_token());
    browser.pass(SECOND / 2);
    browser.server.conduct = Conduct::Serves;
    browser.get(1, newer_token()).unwrap();
    browser.pass(SECOND);
    assert_eq!(browser.token(0), browser.token(1));
}

#[test]
fn a_storage_that_is_cleared_ends_the_session() {
    let mut browser = over_one_storage(Scenario { guest: false, ..local() }, 0);
    browser.open();
    browser.sign_in(0);
    browser.disks[0].content = Content::Nothing;
    assert!(browser.get(0, newer_token()).is_err());
    assert_eq!(browser.last_reason(0), Some(Reason::StorageCleared));
}
