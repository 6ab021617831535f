//! A host without locks: a page announces each exchange, and its peers may object.

use storefront_token_client::core::config::StorageKind;
use storefront_token_client::core::grant::GrantKind;
use storefront_token_client::core::io::Input;

use crate::browser::{Browser, duplicated_tabs, shop_with_peers};
use crate::calls::{newer_token, token};
use crate::page::SECOND;
use crate::scenario::Scenario;
use crate::server::Rotation;

fn without_locks() -> Scenario {
    Scenario { locks: false, rotation: Rotation::DetectsReuse, ..shop_with_peers() }
}

#[test]
fn without_locks_tabs_whose_timers_fire_at_the_same_moment_send_one_refresh() {
    for count in [2, 5, 20] {
        let mut browser = duplicated_tabs(without_locks(), count);
        browser.latency = 3 * SECOND;
        for generation in 1..4 {
            let calls: Vec<_> = (0..count).map(|tab| browser.begin(tab, newer_token())).collect();
            browser.pass(10 * SECOND);
            for (tab, call) in calls.into_iter().enumerate() {
                assert!(browser.reply(tab, call).unwrap().is_ok());
            }
            assert_eq!(browser.refreshes(), generation, "{count} tabs");
        }
        assert_eq!(browser.server.guests(), 1);
    }
}

#[test]
fn a_browser_that_refuses_every_lock_is_treated_as_one_without_locks() {
    let mut browser = duplicated_tabs(Scenario { rotation: Rotation::DetectsReuse, ..shop_with_peers() }, 5);
    browser.refuses_locks = true;
    browser.latency = 3 * SECOND;
    for generation in 1..4 {
        let calls: Vec<_> = (0..5).map(|tab| browser.begin(tab, newer_token())).collect();
        browser.pass(10 * SECOND);
        for (tab, call) in calls.into_iter().enumerate() {
            assert!(browser.reply(tab, call).unwrap().is_ok());
        }
        assert_eq!(browser.refreshes(), generation);
    }
    assert_eq!(browser.server.guests(), 1);
}

#[test]
fn without_locks_tabs_opened_at_once_create_one_guest() {
    let mut browser = Browser::of(without_locks());
    for tab in 0..10 {
        browser.open();
        browser.begin(tab, token());
    }
    browser.pass(10 * SECOND);
    assert!((1..10).all(|tab| browser.id(tab).is_some() && browser.id(tab) == browser.id(0)));
    assert_eq!(browser.server.guests(), 1);
}

/// The deadline of its claim passes during the task, and the peer's message is queued behind the task. Two pages that
/// begin a session at a time would break an invariant.
#[test]
fn without_locks_a_tab_that_a_long_task_has_blocked_begins_no_session_beside_its_peer() {
    for seed in 0..20 {
        let mut browser = Browser::of(Scenario { seed, storage: StorageKind::Origin, ..without_locks() });
        browser.channel.delay = 0;
        let (blocked, peer) = (browser.open(), browser.open());
        let call = browser.begin(blocked, token());
        browser.block(blocked, 120);
        browser.sign_in(peer);
        browser.pass(5 * SECOND);
        assert!(browser.reply(blocked, call).unwrap().is_ok());
    }
}

#[test]
fn without_locks_a_tab_that_closes_before_its_turn_delays_the_others_for_a_moment() {
    let mut browser = duplicated_tabs(without_locks(), 3);
    browser.begin(0, newer_token());
    browser.pass(50);
    let calls = [1, 2].map(|tab| browser.begin(tab, newer_token()));
    browser.pass(20);
    browser.close(0, true);
    browser.pass(3 * SECOND);
    for (tab, call) in calls.into_iter().enumerate() {
        assert!(browser.reply(tab, call).unwrap().is_ok());
    }
    assert_eq!(browser.refreshes(), 1);
}

/// On demand, no timer ends a claim that no call needs any more.
#[test]
fn without_locks_tabs_whose_calls_were_aborted_object_to_no_other_tab() {
    for seed in 0..20 {
        let mut browser =
            duplicated_tabs(Scenario { seed, on_demand: true, timeout: 2 * SECOND, ..without_locks() }, 4);
        for tab in 0..3 {
            let aborted = browser.begin(tab, newer_token());
            browser.input(browser.page_of(tab), Input::Cancel(aborted));
        }
        let call = browser.begin(3, newer_token());
        browser.pass(2 * SECOND);
        assert!(browser.reply(3, call).unwrap().is_ok(), "{seed}");
        assert_eq!(browser.refreshes(), 1, "{seed}");
    }
}

/// Its timer fires first both times, and what its peer has said meanwhile waits behind it.
#[test]
fn without_locks_a_tab_that_is_late_twice_within_one_claim_sends_nothing_beside_its_peer() {
    for seed in 0..20 {
        let mut browser = Browser::of(Scenario { seed, ..without_locks() });
        browser.register = None;
        browser.open();
        browser.token(0);
        browser.duplicate(0);
        browser.token(1);
        browser.pass(SECOND);
        browser.latency = SECOND;
        let late = browser.begin(0, newer_token());
        browser.stop(0);
        browser.pass(120);
        browser.thaw(0, true);
        browser.stop(0);
        let calls = [late, browser.begin(1, newer_token())];
        browser.pass(120);
        browser.thaw(0, true);
        browser.pass(10 * SECOND);
        for (tab, call) in calls.into_iter().enumerate() {
            assert!(browser.reply(tab, call).unwrap().is_ok(), "{seed}");
        }
        assert_eq!(browser.refreshes(), 1, "{seed}");
    }
}

#[test]
fn without_locks_a_tab_waits_for_a_blocked_tab_that_has_sent_the_same_refresh_token() {
    for span in [SECOND, 4 * SECOND] {
        let mut browser = duplicated_tabs(without_locks(), 2);
        let first = browser.begin(0, newer_token());
        browser.pass(150);
        assert_eq!(browser.refreshes(), 1);
        browser.block(0, span);
        let calls = [first, browser.begin(1, newer_token())];
        browser.pass(10 * SECOND);
        for (tab, call) in calls.into_iter().enumerate() {
            assert!(browser.reply(tab, call).unwrap().is_ok(), "{span}");
        }
        assert_eq!(browser.refreshes(), 1);
        assert_eq!(browser.server.guests(), 1);
    }
}

#[test]
fn without_locks_a_tab_waits_for_a_blocked_tab_also_after_the_storages_were_cleared() {
    for pause in [0, SECOND, 3 * SECOND] {
        let mut browser = duplicated_tabs(without_locks(), 2);
        browser.pass(SECOND);
        browser.clear_site();
        browser.pass(pause);
        browser.latency = SECOND;
        let first = browser.begin(0, newer_token());
        browser.pass(2 * SECOND / 10);
        assert_eq!(browser.refreshes(), 1);
        browser.block(0, 4 * SECOND);
        browser.pass(if pause == 0 { 2 * SECOND } else { 0 });
        let calls = [first, browser.begin(1, newer_token())];
        browser.pass(10 * SECOND);
        for (tab, call) in calls.into_iter().enumerate() {
            assert!(browser.reply(tab, call).unwrap().is_ok(), "{pause}");
        }
        assert_eq!(browser.refreshes(), 1, "{pause}");
    }
}

#[test]
fn without_locks_a_tab_that_gave_way_waits_for_the_other_even_if_it_is_blocked() {
    for seed in 0..20 {
        let mut browser = duplicated_tabs(Scenario { seed, ..without_locks() }, 2);
        let calls = [0, 1].map(|tab| browser.begin(tab, newer_token()));
        browser.pass(150);
        let sender = browser.senders(GrantKind::Refresh)[0];
        browser.block(sender, 4 * SECOND);
        browser.pass(10 * SECOND);
        for (tab, call) in calls.into_iter().enumerate() {
            assert!(browser.reply(tab, call).unwrap().is_ok());
        }
        assert_eq!(browser.refreshes(), 1);
    }
}

#[test]
fn without_locks_a_tab_that_crashed_is_waited_for_once() {
    let mut browser = duplicated_tabs(without_locks(), 2);
    browser.pass(SECOND);
    browser.discard(1);
    let call = browser.begin(0, newer_token());
    browser.pass(9 * SECOND);
    assert!(browser.reply(0, call).is_none());
    browser.pass(2 * SECOND);
    assert!(browser.reply(0, call).unwrap().is_ok());
    let call = browser.begin(0, newer_token());
    browser.pass(SECOND / 2);
    assert!(browser.reply(0, call).unwrap().is_ok());
}
