//! A sign-out wins over everything else.

use storefront_token_client::core::call::Command;
use storefront_token_client::core::config::StorageKind;
use storefront_token_client::core::error::Code;
use storefront_token_client::core::event::Reason;
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
fn a_sign_out_revokes_the_refresh_token_if_the_server_can() {
    let mut page = Page::of(Scenario { revokes: true, ..plain_shop() });
    page.sign_in().unwrap();
    page.sign_out();
    let form = page.requests.last().unwrap();
    assert_eq!(form.get("token"), Some("SECRET-refresh-0"), "sent to {REVOCATION}");
    assert_eq!(form.get("token_type_hint"), Some("refresh_token"));
    assert!(page.server.families[0].ended);
}

#[test]
fn a_sign_out_on_a_page_that_never_had_a_core_is_carried_out_by_the_next_page() {
    let mut page = revoking();
    page.sign_in().unwrap();
    page.disk.note_sign_out();
    page.reload(true);
    assert_eq!(page.token_error().code, Code::LoginRequired);
    assert_eq!(page.reasons(), [Reason::SignedIn, Reason::Restored, Reason::SignedOut]);
    page.pass(SECOND);
    assert_eq!(revoked(&page), ["SECRET-refresh-0"]);
    assert!(page.disk.record().is_none());
}

#[test]
fn a_sign_out_on_a_page_that_never_had_a_core_does_not_end_the_next_session() {
    let mut page = Page::of(plain_shop());
    page.sign_in().unwrap();
    page.disk.note_sign_out();
    page.reload(true);
    page.sign_in().unwrap();
    page.reload(true);
    page.token();
}

/// A page whose server has a revocation endpoint.
fn revoking() -> Page {
    Page::of(Scenario { revokes: true, ..plain_shop() })
}

/// The tokens whose revocation was requested.
fn revoked(page: &Page) -> Vec<&str> {
    page.requests.iter().filter_map(|form| form.get("token")).collect()
}

#[test]
fn a_revocation_that_nobody_waits_for_ends_at_its_limit() {
    let mut page = Page::of(Scenario { revokes: true, on_demand: true, ..plain_shop() });
    page.sign_in().unwrap();
    page.server.conduct = Conduct::Hangs { served: false };
    page.begin(Command::SignOut);
    page.pass(29 * SECOND);
    assert_eq!((page.invariants.all_waiting(), page.aborts), (vec![], 0));
    page.pass(2 * SECOND);
    assert_eq!(page.aborts, 1);
}

#[test]
fn the_refresh_token_of_a_replaced_user_is_revoked() {
    let mut page = revoking();
    page.sign_in().unwrap();
    page.sign_in().unwrap();
    page.pass(SECOND);
    assert_eq!(revoked(&page), ["SECRET-refresh-0"]);
    assert!(page.server.families[0].ended && !page.server.families[1].ended);
}

#[test]
fn the_refresh_token_of_a_guest_who_signs_in_is_not_revoked() {
    let mut page = Page::of(Scenario { revokes: true, ..shop() });
    page.token();
    page.sign_in().unwrap();
    page.pass(SECOND);
    assert!(revoked(&page).is_empty());
}

#[test]
fn a_sign_out_during_a_refresh_revokes_the_new_token_too() {
    let mut page = revoking();
    page.sign_in().unwrap();
    page.pass(2 * SECOND);
    page.latency = 4 * SECOND;
    let refresh = page.begin(newer_token());
    page.pass(3 * SECOND);
    let sign_out = page.begin(Command::SignOut);
    assert_eq!((page.code(refresh), page.view()), (Some(Code::SignedOut), None));
    page.pass(HOUR);
    assert_eq!(revoked(&page), ["SECRET-refresh-0", "SECRET-refresh-1"]);
    assert!(page.reply(sign_out).unwrap().is_ok());
    assert_eq!((page.view(), page.aborts), (None, 0));
    assert!(page.disk.record().is_none());
}

#[test]
fn a_sign_out_during_a_sign_in_revokes_what_the_sign_in_brings() {
    let mut page = revoking();
    page.latency = 4 * SECOND;
    let sign_in = page.begin(sign_in(PASSWORD));
    page.pass(SECOND);
    let sign_out = page.begin(Command::SignOut);
    page.pass(HOUR);
    assert_eq!(page.code(sign_in), Some(Code::SignedOut));
    assert!(page.reply(sign_out).unwrap().is_ok());
    assert_eq!((revoked(&page), page.view()), (vec!["SECRET-refresh-0"], None));
}

#[test]
fn a_sign_out_while_a_replacing_user_is_stored_revokes_both() {
    let mut page = Page::of(Scenario { revokes: true, disk_delay: 2 * SECOND, ..plain_shop() });
    page.sign_in().unwrap();
    page.begin(sign_in(PASSWORD));
    page.pass(3 * SECOND);
    page.begin(Command::SignOut);
    page.pass(HOUR);
    assert_eq!(revoked(&page), ["SECRET-refresh-1", "SECRET-refresh-0"]);
}

#[test]
fn a_revocation_is_tried_again_while_the_server_is_unavailable() {
    for conduct in [Conduct::Fails(503), Conduct::DropsBefore, Conduct::TooMany { retry_after: Some(3) }] {
        let mut page = revoking();
        page.sign_in().unwrap();
        page.server.conduct = conduct;
        let call = page.begin(Command::SignOut);
        assert_eq!(page.view(), None);
        page.pass(2 * SECOND);
        assert!(page.reply(call).is_none());
        page.server.conduct = Conduct::Serves;
        page.pass(10 * SECOND);
        assert!(page.reply(call).unwrap().is_ok());
        assert!(page.server.families[0].ended);
    }
}

#[test]
fn a_sign_out_reports_that_the_server_has_not_revoked_the_token() {
    let rows = [
        (Conduct::Fails(503), Code::ServerUnavailable),
        (Conduct::DropsBefore, Code::Network),
        (Conduct::TooMany { retry_after: Some(60) }, Code::RateLimited),
        (Conduct::Refuses(401, "invalid_client"), Code::ClientRejected),
        (Conduct::Refuses(400, "invalid_request"), Code::ClientRejected),
        (Conduct::Refuses(400, "unsupported_token_type"), Code::ClientRejected),
        (Conduct::Hangs { served: false }, Code::Timeout),
    ];
    for (conduct, code) in rows {
        let mut page = revoking();
        page.sign_in().unwrap();
        page.server.conduct = conduct;
        let error = page.get(Command::SignOut).unwrap_err();
        assert_eq!((error.code, page.view()), (code, None));
        assert!(page.disk.record().is_none());
    }
}

#[test]
fn the_attempts_to_revoke_a_token_end() {
    let mut page = revoking();
    page.sign_in().unwrap();
    page.server.conduct = Conduct::Fails(503);
    page.begin(Command::SignOut);
    page.pass(HOUR);
    assert_eq!(revoked(&page).len(), 5);
    page.server.conduct = Conduct::Serves;
    page.sign_in().unwrap();
    page.sign_out();
}

#[test]
fn a_token_that_the_server_does_not_know_counts_as_revoked() {
    let mut page = revoking();
    for error in ["invalid_grant", "invalid_token"] {
        page.server.conduct = Conduct::Serves;
        page.sign_in().unwrap();
        page.server.conduct = Conduct::Refuses(400, error);
        page.sign_out();
    }
}

#[test]
fn a_sign_out_whose_storage_cannot_be_read_takes_effect_at_the_next_read() {
    let custom = StorageKind::Custom { has_lock: false };
    let mut page = Page::of(Scenario { storage: custom, ..plain_shop() });
    page.sign_in().unwrap();
    page.reload(true);
    page.disk.health = Health::Throws;
    assert_eq!(page.get(Command::SignOut).unwrap_err().code, Code::StorageFailed);
    page.disk.health = Health::Works;
    assert_eq!(page.token_error().code, Code::LoginRequired);
    assert!(page.disk.record().is_none());
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
