//! Storages that are cleared while a page still holds the session.

use storefront_token_client::core::call::Command;
use storefront_token_client::core::config::StorageKind;
use storefront_token_client::core::error::Code;
use storefront_token_client::core::event::{Event, Reason};

use crate::browser::{Browser, duplicated_tabs, shop_with_peers};
use crate::calls::newer_token;
use crate::disk::Content;
use crate::page::SECOND;
use crate::scenario::Scenario;

#[test]
fn a_page_whose_record_was_cleared_stores_its_session_again() {
    for storage in [StorageKind::Page, StorageKind::Origin] {
        let mut browser = duplicated_tabs(Scenario { storage, ..shop_with_peers() }, 1);
        let id = browser.id(0);
        let disk = browser.tabs[0].disk;
        browser.disks[disk].content = Content::Nothing;
        browser.get(0, newer_token()).unwrap();
        assert_eq!(browser.id(0), id);
        assert_eq!(browser.stored(0, "id"), id.as_deref());
        assert_eq!(browser.server.guests(), 1);
    }
}

#[test]
fn a_reloaded_page_gets_the_session_from_the_other_tab() {
    let mut browser = duplicated_tabs(shop_with_peers(), 2);
    let disk = browser.tabs[0].disk;
    browser.disks[disk].content = Content::Nothing;
    browser.block(1, SECOND);
    browser.reload(0, true);
    browser.token(0);
    assert_eq!(browser.id(0), browser.id(1));
    assert_eq!(browser.server.guests(), 1);
}

#[test]
fn a_page_in_the_back_forward_cache_gets_the_session_from_the_other_tab() {
    let mut browser = duplicated_tabs(shop_with_peers(), 2);
    browser.navigate(0, false);
    browser.clear_site();
    browser.pass(SECOND);
    browser.back(0);
    browser.token(0);
    assert_eq!(browser.id(0), browser.id(1));
    assert_eq!(browser.server.guests(), 1);
}

#[test]
fn an_open_page_stores_its_session_again_as_soon_as_the_site_is_cleared() {
    let mut browser = duplicated_tabs(shop_with_peers(), 1);
    let id = browser.id(0);
    browser.clear_site();
    browser.pass(SECOND);
    browser.reload(0, true);
    browser.token(0);
    assert_eq!(browser.id(0), id);
    assert_eq!(browser.server.guests(), 1);
}

#[test]
fn a_page_that_finds_no_session_learns_once_what_became_of_the_last_one() {
    let ends = [
        (None, Reason::StorageCleared, None),
        (Some("refresh-rejected"), Reason::RefreshRejected, Some(Code::LoginRequired)),
        (Some("expired"), Reason::Expired, Some(Code::LoginRequired)),
        (Some("anything"), Reason::StorageCleared, None),
    ];
    for (ended, reason, code) in ends {
        let (mut browser, id) = page_without_record(ended);
        browser.token_error(0);
        let Some(Event::SessionChange { previous, session: None, error, .. }) =
            browser.shown(0).events.last()
        else {
            panic!("{:?}", browser.shown(0).events);
        };
        assert_eq!(previous.as_ref().map(|previous| previous.id().to_text()), id);
        assert_eq!(error.as_ref().map(|error| error.code), code);
        assert_eq!(browser.reasons(0), [reason]);
        browser.reload(0, true);
        browser.token_error(0);
        assert_eq!(browser.reasons(0), []);
    }
}

#[test]
fn a_page_that_finds_no_session_learns_of_a_sign_out_elsewhere() {
    let mut browser = Browser::of(Scenario { guest: false, ..shop_with_peers() });
    browser.open();
    browser.sign_in(0);
    let first = browser.tabs[0].disk;
    let trace = browser.disks[first].last_session.clone();
    browser.sign_out(0);
    browser.disks[first].last_session = trace;
    browser.reload(0, true);
    browser.token_error(0);
    assert_eq!(browser.reasons(0), [Reason::SignedOutElsewhere]);
}

#[test]
fn a_page_that_finds_a_session_says_nothing_of_the_last_one() {
    let (mut browser, id) = page_without_record(None);
    browser.sign_in(0);
    assert_eq!(browser.reasons(0), [Reason::StorageCleared, Reason::SignedIn]);
    let other = browser.open();
    browser.token(other);
    let disk = browser.tabs[0].disk;
    browser.disks[disk].content = Content::Nothing;
    browser.reload(0, true);
    browser.token(0);
    assert_eq!(browser.reasons(0), [Reason::Restored]);
    assert_ne!(browser.id(0), id);
}

#[test]
fn a_page_that_signs_out_before_it_reads_its_storage_says_nothing_of_the_last_session() {
    let mut browser = Browser::of(Scenario { guest: false, ..shop_with_peers() });
    browser.open();
    browser.sign_in(0);
    browser.reload(0, true);
    browser.sign_out(0);
    assert_eq!(browser.reasons(0), [Reason::Restored, Reason::SignedOut]);
}

#[test]
fn a_page_says_nothing_of_the_last_session_of_another_client() {
    let (mut browser, _) = page_without_record(None);
    let disk = browser.tabs[0].disk;
    let trace = browser.disks[disk].last_session.as_mut().unwrap();
    trace.push_text("client_id", Some("another"));
    browser.reload(0, true);
    browser.token_error(0);
    assert_eq!(browser.reasons(0), []);
}

/// A tab whose page had a user's session that has ended like this, and whose next page has no record; and the session's id.
fn page_without_record(ended: Option<&str>) -> (Browser, Option<String>) {
    let mut browser = Browser::of(Scenario { guest: false, ..shop_with_peers() });
    browser.open();
    browser.sign_in(0);
    let id = browser.id(0);
    let disk = browser.tabs[0].disk;
    browser.disks[disk].content = Content::Nothing;
    browser.disks[disk].last_session.as_mut().unwrap().push_text("ended", ended);
    browser.reload(0, true);
    (browser, id)
}

#[test]
fn a_session_that_was_signed_out_before_the_site_was_cleared_does_not_come_back() {
    let mut browser = Browser::of(Scenario { guest: false, ..shop_with_peers() });
    browser.open();
    browser.sign_in(0);
    browser.duplicate(0);
    browser.token(1);
    browser.pass(SECOND);
    browser.navigate(1, false);
    browser.sign_out(0);
    browser.clear_site();
    browser.back(1);
    browser.pass(SECOND);
    assert_eq!([browser.id(0), browser.id(1)], [None, None]);
}

/// The sign-out is on its way to the other tab when the list of sign-outs is cleared.
#[test]
fn a_sign_out_just_before_the_site_is_cleared_holds_for_the_next_page() {
    let mut browser = Browser::of(Scenario { guest: false, leases: true, ..shop_with_peers() });
    browser.open();
    browser.sign_in(0);
    browser.duplicate(0);
    browser.get(1, newer_token()).unwrap();
    browser.pass(SECOND);
    browser.channel.delay = 30;
    browser.begin(0, Command::SignOut);
    browser.clear_site();
    browser.navigate(1, false);
    assert_eq!(browser.token_error(1), Code::LoginRequired);
    assert_eq!(browser.stored(1, "id"), None);
}
