//! Two guests: pages that began sessions of their own come together again if no cart is lost, and get an event.

use storefront_token_client::core::call::Command;
use storefront_token_client::core::event::{Event, Reason, SessionView};
use storefront_token_client::core::io::Input;

use super::a_late_tab_loses_the_session;
use crate::browser::{Browser, duplicated_tabs, shop_with_peers};
use crate::calls::{newer_token, token};
use crate::page::{MINUTE, SECOND};
use crate::scenario::Scenario;
use crate::server::Rotation;

/// Two tabs that begin sessions by these calls: the first one is suspended while the second one begins its own.
fn tabs_apart(shop: Scenario, first: Command, second: Command) -> Browser {
    let mut browser = Browser::of(shop);
    browser.open();
    browser.get(0, first).unwrap();
    // Until then it keeps its lock.
    browser.pass(SECOND);
    browser.stop(0);
    let tab = browser.open();
    browser.get(tab, second).unwrap();
    assert_ne!(browser.id(0), browser.id(1));
    browser
}

fn thaw_first(browser: &mut Browser) {
    browser.thaw(0, false);
    browser.pass(SECOND);
}

/// How many events say that the tab's guest is kept.
fn guest_kept_events(browser: &Browser, tab: usize) -> usize {
    browser.reasons(tab).iter().filter(|reason| **reason == Reason::GuestKept).count()
}

#[test]
fn two_guests_whose_tokens_nobody_has_got_become_one() {
    for seed in 0..10 {
        let shop = Scenario { seed, ..shop_with_peers() };
        let mut browser = tabs_apart(shop, Command::SignInAsGuest, Command::SignInAsGuest);
        thaw_first(&mut browser);
        assert_eq!(browser.id(0), browser.id(1));
        let joined = |tab| browser.last_reason(tab) == Some(Reason::GuestJoined);
        assert_ne!(joined(0), joined(1), "seed {seed}");
        assert_eq!(browser.token(0), browser.token(1));
    }
}

#[test]
fn a_guest_whose_token_nobody_has_got_is_given_up_for_one_who_may_have_a_cart() {
    for given_up in [0, 1] {
        let calls = [Command::SignInAsGuest, token()];
        let [first, second] = if given_up == 0 { calls } else { [token(), Command::SignInAsGuest] };
        let mut browser = tabs_apart(shop_with_peers(), first, second);
        let kept = browser.id(1 - given_up);
        thaw_first(&mut browser);
        assert_eq!((browser.id(0), browser.id(1)), (kept.clone(), kept));
        assert_eq!(browser.last_reason(given_up), Some(Reason::GuestJoined));
        assert_eq!(guest_kept_events(&browser, 1 - given_up), 0);
    }
}

#[test]
fn two_guests_who_may_have_carts_are_kept_and_both_tabs_are_told_once() {
    let mut browser = tabs_apart(shop_with_peers(), token(), token());
    let ids = (browser.id(0), browser.id(1));
    thaw_first(&mut browser);
    for _ in 0..3 {
        for tab in [0, 1] {
            browser.get(tab, newer_token()).unwrap();
            browser.reload(tab, true);
            browser.token(tab);
            browser.pass(2 * SECOND);
        }
    }
    assert_eq!((browser.id(0), browser.id(1)), ids);
    let id = |view: &Option<SessionView>| view.as_ref().map(SessionView::id);
    let is_kept = |event: &&Event| {
        let Event::SessionChange { reason, previous, session, .. } = event else { return false };
        *reason == Reason::GuestKept && id(previous) == id(session)
    };
    let count = browser.pages.iter().flat_map(|page| &page.events).filter(is_kept).count();
    assert_eq!(count, 2);
}

/// The server then has both carts in one account. `misses`: the other tab is in the back/forward cache meanwhile.
#[test]
fn two_kept_guests_become_one_user_once_a_user_has_signed_in_in_each_tab() {
    for (first, misses) in [(0, false), (0, true), (1, false), (1, true)] {
        let mut browser = tabs_apart(shop_with_peers(), token(), token());
        thaw_first(&mut browser);
        let second = 1 - first;
        browser.sign_in(first);
        browser.pass(SECOND);
        assert_ne!(browser.id(first), browser.id(second));
        if misses {
            browser.navigate(first, false);
        }
        browser.sign_in(second);
        if misses {
            browser.back(first);
        }
        browser.pass(SECOND);
        assert_eq!(browser.id(first), browser.id(second), "{first} {misses}");
        assert_eq!(browser.last_reason(first), Some(Reason::SignedIn));
        browser.sign_out(second);
        browser.pass(SECOND);
        assert_eq!(browser.last_reason(first), Some(Reason::SignedOutElsewhere));
    }
}

#[test]
fn a_kept_guest_stays_beside_the_user_whom_the_other_guest_became() {
    let mut browser = tabs_apart(shop_with_peers(), token(), token());
    thaw_first(&mut browser);
    let guest = browser.id(1);
    browser.sign_in(0);
    let user = browser.id(0);
    browser.pass(SECOND);
    for tab in [0, 1] {
        browser.reload(tab, true);
        browser.token(tab);
        browser.pass(SECOND);
    }
    assert_eq!((browser.id(0), browser.id(1)), (user, guest));
}

#[test]
fn a_guest_is_given_up_in_no_tab_once_one_tab_has_got_its_token() {
    let mut browser = Browser::of(shop_with_peers());
    browser.open();
    browser.get(0, Command::SignInAsGuest).unwrap();
    browser.duplicate(0);
    browser.get(1, Command::Session).unwrap();
    browser.token(0);
    browser.pass(SECOND);
    browser.close(0, true);
    browser.stop(0);
    let other = browser.open();
    browser.token(other);
    browser.thaw(0, false);
    browser.pass(SECOND);
    assert_ne!(browser.id(0), browser.id(other));
    assert_eq!((guest_kept_events(&browser, 0), guest_kept_events(&browser, other)), (1, 1));
}

/// Two tabs with one guest, of whom one has got a token while the page of the other was in the back/forward cache.
fn a_copy_that_missed_the_first_token() -> Browser {
    let mut browser = Browser::of(shop_with_peers());
    browser.open();
    browser.get(0, Command::SignInAsGuest).unwrap();
    browser.duplicate(0);
    browser.get(1, Command::Session).unwrap();
    browser.navigate(1, false);
    browser.token(0);
    browser.pass(SECOND);
    browser
}

#[test]
fn a_tab_that_comes_back_is_told_that_its_guest_may_have_a_cart() {
    let mut browser = a_copy_that_missed_the_first_token();
    let says_unused =
        |browser: &Browser| browser.disks[browser.tabs[1].disk].record().unwrap().get("unused").is_some();
    assert!(says_unused(&browser));
    browser.back(1);
    browser.pass(SECOND);
    assert!(!says_unused(&browser));
}

#[test]
fn a_guest_is_not_given_up_before_a_blocked_tab_has_said_whether_there_may_be_a_cart() {
    let mut browser = a_copy_that_missed_the_first_token();
    browser.stop(0);
    let other = browser.open();
    browser.token(other);
    browser.thaw(0, false);
    browser.pass(SECOND);
    browser.block(0, 4 * SECOND);
    browser.back(1);
    browser.get(other, newer_token()).unwrap();
    browser.pass(10 * SECOND);
    assert_eq!(browser.id(1), browser.id(0));
    assert_ne!(browser.id(1), browser.id(other));
}

#[test]
fn a_lease_begins_with_the_first_token_that_the_core_gives_out() {
    let mut browser = Browser::of(Scenario { leases: true, ..shop_with_peers() });
    browser.open();
    browser.get(0, Command::SignInAsGuest).unwrap();
    let has_lease = |browser: &Browser| browser.disks[0].record().unwrap().get("lease_until").is_some();
    assert!(!has_lease(&browser));
    browser.token(0);
    browser.pass(1);
    assert!(has_lease(&browser));
}

#[test]
fn a_guest_who_may_have_a_cart_is_kept_beside_a_user_who_signs_in_elsewhere() {
    let mut browser = tabs_apart(shop_with_peers(), token(), token());
    thaw_first(&mut browser);
    let kept = browser.id(1);
    browser.sign_in(0);
    browser.pass(SECOND);
    assert_eq!(browser.id(1), kept);
    assert_eq!(guest_kept_events(&browser, 1), 2);
    browser.sign_in(1);
    let merged: Vec<_> = browser.server.families.iter().filter_map(|family| family.merged).collect();
    assert_eq!(merged, [0, 1]);
}

#[test]
fn a_guest_without_a_cart_follows_a_user_who_signs_in_elsewhere() {
    let mut browser = tabs_apart(shop_with_peers(), token(), Command::SignInAsGuest);
    browser.void_locks();
    browser.stop(1);
    browser.thaw(0, false);
    browser.sign_in(0);
    browser.thaw(1, false);
    browser.pass(SECOND);
    assert_eq!(browser.id(1), browser.id(0));
    assert_eq!(browser.last_reason(1), Some(Reason::SignedIn));
}

/// Two tabs of one guest. Only the first one has the newest tokens, and it is stopped; so the second one has replaced the
/// guest.
fn a_guest_whom_a_late_tab_has_replaced(rotation: Rotation) -> Browser {
    let mut browser = duplicated_tabs(Scenario { rotation, ..shop_with_peers() }, 2);
    a_late_tab_loses_the_session(&mut browser);
    assert_eq!(browser.last_reason(1), Some(Reason::GuestReplaced));
    browser
}

#[test]
fn a_tab_keeps_its_guest_although_a_tab_with_older_tokens_has_replaced_it() {
    for signs_in in [false, true] {
        let mut browser = a_guest_whom_a_late_tab_has_replaced(Rotation::Rotates);
        let guest = browser.id(0);
        if signs_in {
            browser.sign_in(1);
        }
        thaw_first(&mut browser);
        assert_eq!(browser.id(0), guest);
        assert_eq!(guest_kept_events(&browser, 0), 2 - usize::from(!signs_in));
        let token = browser.token(0);
        assert!(browser.server.accepts(&token));
        // Once a user has signed in in both tabs, the server has both carts.
        browser.sign_in(1);
        browser.sign_in(0);
        browser.pass(SECOND);
        assert_eq!(browser.id(0), browser.id(1));
    }
}

#[test]
fn a_guest_whom_a_late_tab_has_replaced_and_the_server_has_ended_is_replaced_in_every_tab() {
    let mut browser = a_guest_whom_a_late_tab_has_replaced(Rotation::DetectsReuse);
    thaw_first(&mut browser);
    assert_eq!(browser.id(0), browser.id(1));
    assert_eq!(browser.last_reason(0), Some(Reason::GuestReplaced));
    assert_eq!(browser.server.guests(), 2);
}

/// A client without these numbers names no token set.
#[test]
fn the_number_of_the_lost_token_set_decides_whether_a_tab_follows() {
    for (number, follows) in [("", true), (" :0", false), (" :1", true), (" :7", true), (" :x", true)] {
        let mut browser = duplicated_tabs(shop_with_peers(), 1);
        // The server honours the guest.
        browser.asserts_invariants = false;
        browser.get(0, newer_token()).unwrap();
        let mut message = browser.disks[0].record().unwrap().clone();
        message.push_text("message", Some("begun"));
        message.push_text("id", Some("00000000000000ff"));
        message.push_text("replaces", Some(&format!("00000000000000fe {}{number}", browser.id(0).unwrap())));
        browser.input(0, Input::Message(message));
        assert_eq!(browser.id(0).as_deref() == Some("00000000000000ff"), follows, "{number}");
    }
}

#[test]
fn a_guest_whose_refresh_is_under_way_is_not_given_up_for_one_that_replaced_it() {
    let mut browser = duplicated_tabs(shop_with_peers(), 2);
    browser.discard(1);
    let guest = browser.id(0);
    browser.latency = 118 * SECOND;
    browser.begin(0, newer_token());
    // The server has replaced the tokens, and the response is on its way.
    browser.pass(MINUTE);
    browser.stop(0);
    browser.latency = 100;
    browser.thaw(1, false);
    for _ in 0..5 {
        browser.begin(1, newer_token());
        browser.pass(10 * SECOND);
    }
    browser.token(1);
    assert_eq!(browser.last_reason(1), Some(Reason::GuestReplaced));
    thaw_first(&mut browser);
    browser.pass(MINUTE);
    assert_eq!(browser.id(0), guest);
    let token = browser.token(0);
    assert!(browser.server.accepts(&token));
}
