//! A sign-out in one tab is a sign-out in every tab.

use storefront_token_client::core::call::Command;
use storefront_token_client::core::config::StorageKind;
use storefront_token_client::core::error::Code;
use storefront_token_client::core::event::{Event, Reason};
use storefront_token_client::core::grant::GrantKind;

use crate::browser::{Browser, shop_with_peers};
use crate::calls::{newer_token, sign_in, token};
use crate::page::{HOUR, SECOND};
use crate::scenario::Scenario;
use crate::server::PASSWORD;

fn signed_in(count: usize) -> Browser {
    signed_in_at(Scenario { guest: false, ..shop_with_peers() }, count)
}

fn signed_in_at(scenario: Scenario, count: usize) -> Browser {
    let mut browser = Browser::of(scenario);
    browser.open();
    browser.sign_in(0);
    for tab in 1..count {
        browser.duplicate(0);
        browser.token(tab);
    }
    // No message is under way any more.
    browser.pass(SECOND);
    browser
}

#[test]
fn a_sign_out_reaches_every_tab() {
    let mut browser = signed_in(3);
    browser.sign_out(1);
    browser.pass(SECOND);
    for tab in [0, 2] {
        assert_eq!(browser.last_reason(tab), Some(Reason::SignedOutElsewhere));
        assert_eq!(browser.stored(tab, "id"), None);
        assert_eq!(browser.token_error(tab), Code::LoginRequired);
    }
}

#[test]
fn a_tab_that_reads_a_pending_sign_out_signs_out_instead_of_refreshing() {
    for confirms in [false, true] {
        let storage = StorageKind::Origin;
        let mut browser = signed_in_at(Scenario { storage, guest: false, ..shop_with_peers() }, 2);
        browser.latency = 10 * SECOND;
        if !confirms {
            browser.disks[0].note_sign_out();
        }
        let call = browser.begin(1, newer_token());
        browser.pass(SECOND);
        if confirms {
            // The server rejects the refresh token, and the storage is asked for a newer one.
            browser.server.end_all();
            browser.disks[0].note_sign_out();
        }
        browser.pass(20 * SECOND);
        assert_eq!(browser.reply(1, call).unwrap().unwrap_err().code, Code::SignedOut);
        assert_eq!(browser.last_reason(1), Some(Reason::SignedOut));
        assert_eq!(browser.last_reason(0), Some(Reason::SignedOutElsewhere));
        assert_eq!(browser.refreshes(), usize::from(confirms));
    }
}

#[test]
fn a_page_without_a_core_tells_of_a_sign_out_elsewhere_once_its_core_comes() {
    for storage in [StorageKind::Page, StorageKind::Origin] {
        let shop = Scenario { guest: false, leases: true, storage, ..shop_with_peers() };
        let mut browser = signed_in_at(shop, 2);
        let id = browser.id(0);
        browser.reload(0, true);
        browser.token(0);
        assert!(!browser.shown(0).core_runs());
        browser.sign_out(1);
        assert_eq!(browser.token_error(0), Code::LoginRequired);
        assert_eq!(browser.reasons(0), [Reason::SignedOutElsewhere]);
        let event = browser.shown(0).events.last();
        let Some(Event::SessionChange { previous, session: None, .. }) = event else { panic!("{event:?}") };
        assert_eq!(previous.as_ref().map(|previous| previous.id().to_text()), id);
    }
}

#[test]
fn a_page_whose_core_finds_another_session_than_the_front_has_shown_reports_the_change() {
    let shop = Scenario { guest: false, leases: true, storage: StorageKind::Origin, ..shop_with_peers() };
    let mut browser = signed_in_at(shop, 2);
    browser.reload(0, true);
    browser.token(0);
    browser.sign_in(1);
    browser.get(0, newer_token()).unwrap();
    assert_eq!(browser.reasons(0), [Reason::Restored]);
    assert_eq!(browser.id(0), browser.id(1));
}

#[test]
fn a_cached_page_learns_of_a_sign_out_when_it_is_restored() {
    let mut browser = signed_in(2);
    browser.navigate(1, false);
    browser.sign_out(0);
    browser.pass(HOUR);
    browser.back(1);
    browser.pass(SECOND);
    assert_eq!(browser.last_reason(1), Some(Reason::SignedOutElsewhere));
}

#[test]
fn the_tokens_of_a_refresh_in_another_tab_are_revoked_too() {
    let mut browser = signed_in_at(Scenario { guest: false, revokes: true, ..shop_with_peers() }, 2);
    browser.latency = 5 * SECOND;
    browser.begin(1, newer_token());
    browser.pass(3 * SECOND);
    browser.sign_out(0);
    browser.pass(HOUR);
    let revoked: Vec<_> =
        browser.requests.iter().filter_map(|(tab, form)| Some((*tab, form.get("token")?))).collect();
    assert_eq!(revoked, [(0, "SECRET-refresh-0"), (1, "SECRET-refresh-1")]);
}

#[test]
fn no_late_response_brings_a_session_back() {
    let mut browser = signed_in(3);
    browser.latency = 5 * SECOND;
    browser.begin(1, newer_token());
    browser.pass(3 * SECOND);
    browser.sign_out(0);
    browser.pass(HOUR);
    for tab in 0..3 {
        assert_eq!(browser.id(tab), None);
        assert_eq!(browser.stored(tab, "id"), None);
    }
}

#[test]
fn a_session_that_was_signed_out_is_not_joined() {
    let mut browser = signed_in(2);
    browser.channel.delay = 20;
    let tab = browser.open();
    let call = browser.begin(tab, token());
    // The new tab asks the other one before that one learns of the sign-out.
    browser.pass(1);
    browser.sign_out(0);
    browser.pass(SECOND);
    assert_eq!(browser.id(tab), None);
    assert!(browser.reply(tab, call).is_some());
}

#[test]
fn a_copy_that_is_signed_out_while_it_is_read_is_removed() {
    let mut browser = Browser::of(Scenario { guest: false, disk_delay: 300, ..shop_with_peers() });
    browser.open();
    browser.sign_in(0);
    let copy = browser.duplicate(0);
    browser.begin(copy, token());
    browser.pass(100);
    browser.sign_out(0);
    browser.pass(2 * SECOND);
    assert_eq!(browser.id(copy), None);
    assert_eq!(browser.stored(copy, "id"), None);
}

#[test]
fn a_sign_out_outlives_its_tab() {
    let mut browser = signed_in(2);
    browser.duplicate(0);
    browser.navigate(1, false);
    browser.sign_out(0);
    browser.close(0, true);
    let (cached, copy) = (0, 1);
    browser.back(cached);
    assert_eq!(browser.last_reason(cached), Some(Reason::SignedOutElsewhere));
    browser.reload(copy, true);
    assert_eq!(browser.token_error(copy), Code::LoginRequired);
    assert_eq!(browser.stored(copy, "id"), None);
}

#[test]
fn a_copy_learns_of_a_sign_out_from_a_tab_that_signs_in() {
    let mut browser = signed_in(2);
    let copy = browser.duplicate(0);
    browser.latency = 5 * SECOND;
    browser.begin(0, sign_in(PASSWORD));
    browser.pass(SECOND);
    browser.begin(1, Command::SignOut);
    browser.pass(SECOND);
    // Here no storage keeps sign-outs for new pages.
    browser.sign_outs.clear();
    browser.reload(copy, true);
    browser.close(1, true);
    let copy = copy - 1;
    browser.begin(copy, Command::Session);
    browser.pass(SECOND);
    assert_eq!(browser.last_reason(copy), Some(Reason::SignedOutElsewhere));
}

#[test]
fn a_tab_that_has_signed_out_does_not_join_another_users_session() {
    let mut browser = Browser::of(shop_with_peers());
    browser.open();
    browser.token(0);
    browser.sign_in(0);
    let ada = browser.id(0);
    let other = browser.duplicate(0);
    browser.token(other);
    browser.sign_in(other);
    browser.sign_out(other);
    browser.token(other);
    assert_ne!(browser.id(other), ada);
    assert_eq!(browser.senders(GrantKind::Guest).len(), 2);
}
