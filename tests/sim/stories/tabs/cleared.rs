//! Storages that are cleared while a page still holds the session.

use storefront_token_client::core::call::Command;
use storefront_token_client::core::config::StorageKind;
use storefront_token_client::core::error::Code;

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
