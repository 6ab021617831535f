//! Signing out wins over everything.

use storefront_token_client::core::call::Command;
use storefront_token_client::core::error::Code;

use crate::calls::{newer_token, sign_in};
use crate::disk::Health;
use crate::page::{HOUR, Page, SECOND, plain_shop};
use crate::scenario::{REVOCATION, Scenario};
use crate::server::{Conduct, PASSWORD};

#[test]
fn sign_out_wins_over_a_late_answer() {
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
fn sign_out_wins_over_a_write_that_is_under_way() {
    let mut page = Page::of(Scenario { disk_delay: 2 * SECOND, ..plain_shop() });
    let call = page.begin(sign_in(PASSWORD));
    page.pass(3 * SECOND);
    page.begin(Command::SignOut);
    page.pass(10 * SECOND);
    assert_eq!(page.code(call), Some(Code::SignedOut));
    assert!(page.disk.record().is_none());
}

#[test]
fn a_sign_out_is_told_when_the_record_is_gone() {
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
fn a_record_that_cannot_be_removed_is_told() {
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
fn a_sign_out_before_anything_was_read_ends_what_was_stored() {
    let mut page = Page::of(plain_shop());
    page.sign_in().unwrap();
    page.reload(true);
    page.sign_out();
    assert!(page.disk.record().is_none());
}

#[test]
fn after_a_sign_out_nobody_is_let_in_again() {
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
fn a_sign_out_that_nobody_waits_for_is_carried_out_all_the_same() {
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
