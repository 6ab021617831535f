//! Presence: a page knows which other pages are there. A page that is alone does not wait; otherwise it waits for replies.

use storefront_token_client::core::call::Command;
use storefront_token_client::core::event::Reason;

use crate::browser::{Browser, duplicated_tabs, shop_with_peers};
use crate::calls::{newer_token, token};
use crate::page::{MINUTE, SECOND};
use crate::scenario::Scenario;
use crate::server::Rotation;

#[test]
fn the_first_tab_waits_for_nobody() {
    let mut browser = Browser::of(shop_with_peers());
    browser.lock_delay = 0;
    browser.latency = 0;
    let tab = browser.open();
    let call = browser.begin(tab, token());
    browser.pass(0);
    assert!(browser.reply(tab, call).unwrap().is_ok());
}

#[test]
fn a_page_that_is_alone_asks_before_an_exchange_and_broadcasts_its_new_tokens() {
    let mut browser = duplicated_tabs(shop_with_peers(), 1);
    browser.pass(2 * SECOND);
    let before = browser.coverage.messages;
    browser.get(0, newer_token()).unwrap();
    assert_eq!(browser.coverage.messages - before, 2);
}

#[test]
fn a_page_that_was_alone_tells_one_that_appears_of_its_exchange() {
    let mut browser = duplicated_tabs(shop_with_peers(), 1);
    browser.pass(2 * SECOND);
    browser.latency = 12 * SECOND;
    let first = browser.begin(0, newer_token());
    browser.pass(50);
    browser.duplicate(0);
    let second = browser.begin(1, newer_token());
    browser.pass(14 * SECOND);
    assert!(browser.reply(0, first).unwrap().is_ok() && browser.reply(1, second).unwrap().is_ok());
    assert_eq!(browser.refreshes(), 1);
}

#[test]
fn pages_that_the_register_does_not_show_yet_learn_of_each_others_exchange() {
    for delay in 0..12 {
        let mut browser = duplicated_tabs(Scenario { timeout: 2000, ..shop_with_peers() }, 1);
        browser.register = Some(crate::browser::Register::new(300));
        browser.channel.delay = 5;
        browser.lock_delay = 5;
        browser.pass(2 * SECOND);
        browser.latency = 60 * SECOND;
        browser.duplicate(0);
        browser.pass(delay);
        browser.begin(0, newer_token());
        browser.begin(1, newer_token());
        browser.pass(11 * SECOND);
        assert_eq!(browser.refreshes(), 1, "{delay}");
    }
}

#[test]
fn a_rejection_is_accepted_at_once_if_there_is_no_peer() {
    let mut browser = duplicated_tabs(shop_with_peers(), 1);
    // A second guest within two seconds would break the spacing invariant.
    browser.pass(2 * SECOND);
    browser.server.end_all();
    browser.latency = 0;
    browser.lock_delay = 0;
    let call = browser.begin(0, newer_token());
    browser.pass(0);
    assert!(browser.reply(0, call).unwrap().is_ok());
    assert_eq!(browser.last_reason(0), Some(Reason::GuestReplaced));
}

#[test]
fn a_new_tab_waits_for_a_tab_that_a_long_task_blocks() {
    for span in [200, SECOND, 6 * SECOND] {
        let mut browser = duplicated_tabs(shop_with_peers(), 1);
        browser.block(0, span);
        let tab = browser.open();
        browser.token(tab);
        assert_eq!(browser.id(tab), browser.id(0), "{span}");
        assert_eq!(browser.server.guests(), 1);
    }
}

#[test]
fn a_new_tab_does_not_wait_for_an_empty_tab_that_replies() {
    let mut browser = Browser::of(shop_with_peers());
    browser.open();
    browser.get(0, Command::Session).unwrap();
    let tab = browser.open();
    let call = browser.begin(tab, Command::Session);
    browser.pass(2 * browser.channel.delay + 1);
    assert!(browser.reply(tab, call).is_some());
}

#[test]
fn a_tab_with_an_old_record_waits_for_a_blocked_tab_that_has_newer_tokens() {
    for rotation in [Rotation::Rotates, Rotation::DetectsReuse] {
        let mut browser = duplicated_tabs(Scenario { rotation, ..shop_with_peers() }, 2);
        browser.navigate(1, false);
        browser.get(0, newer_token()).unwrap();
        browser.block(0, 4 * SECOND);
        browser.back(1);
        browser.get(1, newer_token()).unwrap();
        browser.pass(10 * SECOND);
        assert_eq!(browser.id(0), browser.id(1));
        assert_eq!(browser.server.guests(), 1);
        assert!(!browser.server.families[0].ended);
    }
}

#[test]
fn a_tab_that_crashed_is_waited_for_once() {
    let mut browser = duplicated_tabs(shop_with_peers(), 3);
    browser.pass(SECOND);
    browser.discard(0);
    browser.discard(1);
    browser.discard(2);
    let tab = browser.open();
    let call = browser.begin(tab, token());
    browser.pass(9 * SECOND);
    assert!(browser.reply(tab, call).is_none());
    browser.pass(2 * SECOND);
    assert!(browser.reply(tab, call).unwrap().is_ok());
    browser.close(tab, true);
    let next = browser.open();
    let call = browser.begin(next, token());
    browser.pass(SECOND);
    assert!(browser.reply(next, call).unwrap().is_ok());
}

#[test]
fn a_tab_whose_entry_was_removed_registers_again() {
    let mut browser = duplicated_tabs(shop_with_peers(), 1);
    browser.stop(0);
    let second = browser.open();
    browser.get(second, Command::Session).unwrap();
    browser.pass(MINUTE);
    browser.thaw(0, false);
    browser.pass(SECOND);
    browser.block(0, SECOND);
    let third = browser.open();
    browser.begin(third, token());
    browser.pass(3 * SECOND);
    assert_eq!(browser.id(third), browser.id(0));
}

#[test]
fn tabs_that_open_at_once_and_do_not_see_each_other_in_the_register_yet_create_one_guest() {
    for latency in [0, 2, 100] {
        let mut browser = Browser::of(shop_with_peers());
        browser.register = Some(crate::browser::Register::new(SECOND));
        browser.latency = latency;
        for tab in 0..10 {
            browser.open();
            browser.begin(tab, token());
        }
        browser.pass(20 * SECOND);
        assert!((1..10).all(|tab| browser.id(tab).is_some() && browser.id(tab) == browser.id(0)));
        assert_eq!(browser.server.guests(), 1);
    }
}

/// The second tab gets the lock from the first one, or finds it free, before the news of the first one has arrived.
#[test]
fn a_tab_that_does_not_see_the_other_in_the_register_yet_sends_the_newest_refresh_token() {
    for (seed, gap) in (0..40).flat_map(|seed| [0, 1, 5, 10, 15, 20, 30, 60].map(|gap| (seed, gap))) {
        let mut browser =
            Browser::of(Scenario { seed, rotation: Rotation::DetectsReuse, ..shop_with_peers() });
        browser.register = Some(crate::browser::Register::new(300));
        browser.channel.delay = 30;
        browser.lock_delay = 0;
        browser.latency = 0;
        browser.open();
        browser.token(0);
        browser.duplicate(0);
        browser.token(1);
        let first = browser.begin(0, newer_token());
        browser.pass(gap);
        let second = browser.begin(1, newer_token());
        browser.pass(5 * SECOND);
        assert!(browser.reply(0, first).unwrap().is_ok(), "{gap}");
        assert!(browser.reply(1, second).unwrap().is_ok(), "{gap}");
        assert!(!browser.server.families[0].ended, "{gap}");
    }
}

#[test]
fn a_page_that_prerenders_is_not_waited_for() {
    let mut browser = Browser::of(shop_with_peers());
    browser.open();
    browser.prerender(0);
    let call = browser.begin(0, Command::Session);
    browser.pass(1);
    assert!(browser.reply(0, call).is_some());
}

#[test]
fn a_tab_gives_up_a_guest_that_nobody_has_got_yet_if_a_peer_says_late_that_it_has_one() {
    let mut browser = duplicated_tabs(shop_with_peers(), 1);
    browser.latency = 3 * SECOND;
    browser.block(0, 11 * SECOND);
    let tab = browser.open();
    let call = browser.begin(tab, token());
    browser.pass(14 * SECOND);
    assert!(browser.reply(tab, call).unwrap().is_ok());
    assert_eq!(browser.id(tab), browser.id(0));
    assert_eq!(browser.reasons(tab), [Reason::Restored]);
}

#[test]
fn a_page_that_registers_again_and_never_replies_is_waited_for_once() {
    let mut browser = duplicated_tabs(Scenario { leases: true, ..shop_with_peers() }, 1);
    browser.reload(0, true);
    // The front has the token from the record: the core, which would reply, is not there.
    browser.token(0);
    browser.pass(SECOND);
    let tab = browser.open();
    let call = browser.begin(tab, token());
    browser.pass(13 * SECOND);
    assert!(browser.reply(tab, call).unwrap().is_ok());
}

#[test]
fn a_page_that_is_frozen_in_its_first_second_keeps_no_lock() {
    let mut browser = Browser::of(shop_with_peers());
    let [frozen, other] = [browser.open(), browser.open()];
    browser.begin(frozen, token());
    while browser.shown(frozen).lock.is_none() {
        browser.pass(1);
    }
    browser.freeze(frozen);
    let call = browser.begin(other, token());
    browser.pass(2 * SECOND);
    assert!(browser.reply(other, call).unwrap().is_ok());
}
