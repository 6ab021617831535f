//! Pages that a browser prerenders before the shopper goes to them. Each works on a copy of the tab's
//! storage, which is thrown away when the page is activated.

use storefront_token_client::core::call::{Command, Reply};
use storefront_token_client::core::event::Reason;
use storefront_token_client::core::grant::GrantKind;
use storefront_token_client::core::ids::CallId;

use crate::browser::{Browser, duplicated_tabs, shop_with_peers};
use crate::calls::{newer_token, sign_in, token};
use crate::page::{HOUR, MINUTE, SECOND};
use crate::server::PASSWORD;

/// Makes a call in the page that the tab prerenders. Gives the page and the call.
fn call_prerendered(browser: &mut Browser, command: Command) -> (usize, CallId) {
    let page = browser.tabs[0].prerendered.unwrap();
    (page, browser.call(page, command))
}

/// Whether the call has succeeded; nothing if it still waits.
fn has_succeeded(browser: &Browser, (page, call): (usize, CallId)) -> Option<bool> {
    browser.pages[page].reply(call).map(Result::is_ok)
}

#[test]
fn a_prerendering_page_gives_out_the_valid_token_of_its_tab() {
    let mut browser = duplicated_tabs(shop_with_peers(), 1);
    browser.prerender(0);
    let call = call_prerendered(&mut browser, token());
    assert_eq!(has_succeeded(&browser, call), Some(true));
    assert_eq!(browser.refreshes(), 0);
}

#[test]
fn a_prerendering_page_gives_out_no_token_of_a_session_that_is_being_signed_out() {
    let mut browser = duplicated_tabs(shop_with_peers(), 1);
    let signed_out = browser.id(0);
    browser.disks[0].note_sign_out();
    browser.prerender(0);
    let call = call_prerendered(&mut browser, token());
    browser.pass(HOUR);
    assert_eq!(has_succeeded(&browser, call), None);
    browser.activate(0);
    browser.pass(SECOND);
    assert_eq!(has_succeeded(&browser, call), Some(true));
    assert_ne!(browser.id(0), signed_out);
}

#[test]
fn a_guest_is_created_only_once_the_page_is_activated() {
    let mut browser = Browser::of(shop_with_peers());
    browser.open();
    browser.prerender(0);
    let call = call_prerendered(&mut browser, token());
    browser.pass(HOUR);
    assert_eq!((has_succeeded(&browser, call), browser.requests.len()), (None, 0));
    browser.activate(0);
    browser.pass(SECOND);
    assert_eq!(has_succeeded(&browser, call), Some(true));
    let guest = browser.id(0);
    browser.navigate(0, false);
    browser.token(0);
    assert_eq!((browser.id(0), browser.server.guests()), (guest, 1));
}

#[test]
fn the_time_of_a_call_begins_when_the_page_is_activated() {
    let mut browser = duplicated_tabs(shop_with_peers(), 1);
    browser.prerender(0);
    let call = call_prerendered(&mut browser, newer_token());
    browser.pass(HOUR);
    browser.latency = 10 * SECOND;
    browser.activate(0);
    browser.pass(11 * SECOND);
    assert_eq!(has_succeeded(&browser, call), Some(true));
}

#[test]
fn a_refresh_is_sent_only_once_the_page_is_activated() {
    let mut browser = duplicated_tabs(shop_with_peers(), 1);
    browser.prerender(0);
    let call = call_prerendered(&mut browser, newer_token());
    let page = browser.tabs[0].prerendered.unwrap();
    browser.pass(MINUTE);
    assert_eq!(has_succeeded(&browser, call), None);
    browser.activate(0);
    browser.pass(SECOND);
    assert_eq!(has_succeeded(&browser, call), Some(true));
    assert_eq!(browser.senders(GrantKind::Refresh), [page]);
}

#[test]
fn an_activated_page_has_the_tokens_that_the_page_before_it_refreshed() {
    let mut browser = duplicated_tabs(shop_with_peers(), 1);
    browser.prerender(0);
    call_prerendered(&mut browser, token());
    browser.get(0, newer_token()).unwrap();
    let newest = browser.token(0);
    browser.activate(0);
    browser.pass(SECOND);
    assert_eq!(browser.token(0), newest);
    assert_eq!(browser.refreshes(), 1);
}

#[test]
fn an_activated_page_knows_that_the_shopper_has_signed_out() {
    let mut browser = duplicated_tabs(shop_with_peers(), 1);
    browser.sign_in(0);
    browser.prerender(0);
    call_prerendered(&mut browser, token());
    browser.sign_out(0);
    browser.activate(0);
    browser.pass(SECOND);
    let session = browser.get(0, Command::Session).unwrap();
    assert!(matches!(session, Reply::Session(None)), "{session:?}");
    assert_eq!(browser.last_reason(0), Some(Reason::SignedOutElsewhere));
}

#[test]
fn a_sign_in_and_a_sign_out_wait_for_the_activation() {
    for command in [sign_in(PASSWORD), Command::SignOut] {
        let mut browser = duplicated_tabs(shop_with_peers(), 1);
        let sent = browser.requests.len();
        browser.prerender(0);
        let call = call_prerendered(&mut browser, command);
        browser.pass(MINUTE);
        assert_eq!((has_succeeded(&browser, call), browser.requests.len()), (None, sent));
        browser.activate(0);
        browser.pass(SECOND);
        assert_eq!(has_succeeded(&browser, call), Some(true));
    }
}

#[test]
fn a_prerendering_that_is_cancelled_leaves_the_session_of_the_tab_as_it_is() {
    let mut browser = duplicated_tabs(shop_with_peers(), 1);
    let guest = browser.id(0);
    browser.prerender(0);
    call_prerendered(&mut browser, newer_token());
    browser.pass(MINUTE);
    browser.cancel_prerendering(0);
    browser.get(0, newer_token()).unwrap();
    assert_eq!((browser.id(0), browser.server.guests()), (guest, 1));
}
