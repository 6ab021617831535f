//! A sign-out wins over everything else.

use storefront_token_client::core::call::Command;
use storefront_token_client::core::config::StorageKind;
use storefront_token_client::core::error::Code;
use storefront_token_client::core::io::Input;

use crate::calls::{newer_token, sign_in};
use crate::disk::Health;
use crate::page::{HOUR, Page, SECOND, plain_shop, shop};
use crate::scenario::{REVOCATION, Scenario};
use crate::server::{Conduct, PASSWORD};

#[test]
fn a_sign_out_wins_over_a_late_response() {
    let mut page = Page::of(plain_shop());
    page.sign_in().unwrap();
    let call = page.begin(newer_token());
    page.sign_out();
    page.pass(HOUR);
    assert_eq!(page.code(call), Some(Code::SignedOut));
    assert!(page.disk.record().is_none());
    assert_eq!(page.view(), None);
    assert_eq!(page.aborts, 1);
}

#[test]
fn a_sign_out_wins_over_a_write_under_way() {
    let mut page = Page::of(Scenario { disk_delay: 2 * SECOND, ..plain_shop() });
    let call = page.begin(sign_in(PASSWORD));
    page.pass(3 * SECOND);
    page.begin(Command::SignOut);
    page.pass(10 * SECOND);
    assert_eq!(page.code(call), Some(Code::SignedOut));
    assert!(page.disk.record().is_none());
}

#[test]
fn a_sign_out_has_its_reply_once_the_record_is_removed() {
    let mut page = Page::of(Scenario { disk_delay: 2 * SECOND, ..plain_shop() });
    page.sign_in().unwrap();
    let call = page.begin(Command::SignOut);
    assert_eq!(page.view(), None);
    page.pass(SECOND);
    assert!(page.reply(call).is_none());
    page.pass(2 * SECOND);
    assert!(page.reply(call).unwrap().is_ok());
}

#[test]
fn a_sign_out_fails_if_the_record_cannot_be_removed() {
    let mut page = Page::of(plain_shop());
    page.sign_in().unwrap();
    page.disk.health = Health::Throws;
    assert_eq!(page.get(Command::SignOut).unwrap_err().code, Code::StorageFailed);
    assert_eq!(page.view(), None);
}

#[test]
fn the_refresh_token_is_revoked_where_the_server_can() {
    let mut page = Page::of(Scenario { revokes: true, ..plain_shop() });
    page.sign_in().unwrap();
    page.sign_out();
    let form = page.requests.last().unwrap();
    assert_eq!(form.get("token"), Some("SECRET-refresh-0"), "sent to {REVOCATION}");
    assert_eq!(form.get("token_type_hint"), Some("refresh_token"));
    assert!(page.server.families[0].ended);
}

#[test]
fn a_sign_out_before_the_first_reading_ends_the_stored_session() {
    let mut page = Page::of(plain_shop());
    page.sign_in().unwrap();
    page.reload(true);
    page.sign_out();
    assert!(page.disk.record().is_none());
}

#[test]
fn after_a_sign_out_the_next_page_requires_a_login() {
    let mut page = Page::of(plain_shop());
    page.sign_in().unwrap();
    page.server.conduct = Conduct::Hangs { served: true };
    page.begin(newer_token());
    page.pass(SECOND);
    page.sign_out();
    page.reload(true);
    assert_eq!(page.token_error().code, Code::LoginRequired);
}

#[test]
fn a_sign_out_is_carried_out_after_its_call_has_timed_out() {
    let mut page = Page::of(plain_shop());
    page.sign_in().unwrap();
    page.reload(true);
    page.disk.delay = 20 * SECOND;
    let call = page.begin(Command::SignOut);
    page.pass(16 * SECOND);
    assert_eq!(page.code(call), Some(Code::Timeout));
    page.pass(HOUR);
    assert!(page.disk.record().is_none());
    assert_eq!(page.view(), None);
}

/// The storage fails after the session has ended, so the next reading finds the record of an ended session.
#[test]
fn a_sign_out_during_a_reading_that_fails_is_carried_out_at_the_next_reading() {
    let storage = StorageKind::Custom { has_lock: false };
    let mut page = Page::of(Scenario { storage, timeout: 2 * SECOND, ..shop() });
    page.token();
    page.disk.delay = 6 * SECOND;
    page.begin(Command::SignOut);
    page.handle(Input::Shown);
    page.begin(Command::SignOut);
    page.disk.health = Health::Throws;
    page.pass(HOUR);
    assert!(page.stored("id").is_some());
    page.disk.health = Health::Works;
    page.disk.delay = 0;
    assert_eq!(page.token(), "SECRET-access-1");
}
