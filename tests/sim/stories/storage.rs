//! Promise 4: tokens are stored before they are used; and a storage that is slow, broken or shared.

use storefront_token_client::core::call::{Command, Reply};
use storefront_token_client::core::config::StorageKind;
use storefront_token_client::core::error::Code;
use storefront_token_client::core::event::Reason;
use storefront_token_client::core::grant::GrantKind;
use storefront_token_client::core::io::Input;
use storefront_token_client::core::members::{Members, Value};

use crate::browser::{Browser, shop_with_peers};
use crate::calls::{newer_token, sign_in, token, token_in};
use crate::disk::{Content, Health};
use crate::page::{DAY, HOUR, MINUTE, Page, SECOND, shop};
use crate::parse::{object, text};
use crate::scenario::Scenario;
use crate::server::{Conduct, PASSWORD, Rotation};

#[test]
fn no_call_gets_a_token_before_it_is_stored() {
    let mut page = Page::of(Scenario { disk_delay: 3 * SECOND, ..shop() });
    let call = page.begin(token());
    page.pass(9 * SECOND);
    assert!(page.reply(call).is_none());
    page.pass(SECOND);
    assert!(page.reply(call).unwrap().is_ok());
    assert!(page.stored("access_token").is_some());
}

#[test]
fn a_write_that_never_ends_delays_a_call_for_seconds_only() {
    let mut page = Page::of(shop());
    page.disk.health = Health::Hangs;
    let call = page.begin(token());
    page.pass(6 * SECOND);
    assert!(page.reply(call).unwrap().is_ok());
}

/// The next page must know that the refresh token may be used up.
#[test]
fn a_refresh_is_noted_in_a_record_whose_write_took_longer_than_the_page_waits() {
    let mut page = Page::of(shop());
    page.begin(token());
    page.pass(50);
    page.disk.delay = 6 * SECOND;
    page.pass(10 * SECOND);
    page.disk.delay = 0;
    page.server.conduct = Conduct::DropsAfter;
    page.get(newer_token()).unwrap_err();
    assert!(page.disk.record().unwrap().number("refresh_sent_at").is_some());
}

#[test]
fn a_full_storage_costs_only_the_next_page_its_session() {
    let mut page = Page::of(shop());
    page.disk.health = Health::Full;
    page.token();
    page.pass(3 * HOUR);
    page.token();
    assert_eq!(page.server.guests(), 1);
}

#[test]
fn a_write_that_fails_removes_the_old_record() {
    let mut page = Page::of(shop());
    page.token();
    page.disk.health = Health::Full;
    page.get(newer_token()).unwrap();
    assert!(page.disk.record().is_none());
}

#[test]
fn a_write_that_fails_keeps_the_record_if_the_server_has_kept_the_refresh_token() {
    for rotation in [Rotation::Keeps, Rotation::Omits] {
        let mut page = Page::of(Scenario { rotation, ..shop() });
        page.token();
        let id = page.view().unwrap().id();
        page.disk.health = Health::Full;
        page.get(newer_token()).unwrap();
        page.disk.health = Health::Works;
        page.reload(true);
        page.pass(2 * HOUR);
        page.token();
        assert_eq!(page.view().unwrap().id(), id);
        assert_eq!(page.server.guests(), 1);
    }
}

#[test]
fn the_next_page_restores_the_session_without_a_request() {
    let mut page = Page::of(shop());
    let (token, id) = (page.token(), page.view().unwrap().id());
    page.reload(true);
    assert_eq!(page.token(), token);
    assert_eq!(page.view().unwrap().id(), id);
    assert_eq!(page.grants(), [GrantKind::Guest]);
    assert_eq!(page.reasons(), [Reason::GuestCreated, Reason::Restored]);
}

#[test]
fn the_session_is_read_without_a_request() {
    let mut page = Page::of(shop());
    page.token();
    page.pass(2 * HOUR);
    page.reload(true);
    let sent = page.requests.len();
    page.begin(Command::Session);
    assert!(page.view().is_some());
    assert_eq!(page.requests.len(), sent);
}

#[test]
fn a_blocked_storage_keeps_the_session_for_the_life_of_the_page() {
    let mut page = Page::of(shop());
    page.disk.health = Health::Throws;
    page.token();
    page.pass(3 * HOUR);
    page.token();
    assert_eq!(page.server.guests(), 1);
}

#[test]
fn a_storage_that_may_recover_is_read_again() {
    let mut page = Page::of(Scenario { storage: StorageKind::Custom { has_lock: false }, ..shop() });
    page.token();
    page.reload(true);
    page.disk.health = Health::Throws;
    assert_eq!(page.token_error().code, Code::StorageFailed);
    page.disk.health = Health::Works;
    page.token();
    assert_eq!(page.server.guests(), 1);
}

#[test]
fn a_storage_that_hangs_once_is_read_again() {
    for on_demand in [false, true] {
        let storage = StorageKind::Custom { has_lock: false };
        let mut page = Page::of(Scenario { storage, on_demand, ..shop() });
        let token = page.token();
        page.reload(true);
        page.disk.delay = 24 * HOUR;
        let call = page.begin(crate::calls::token());
        page.pass(14 * SECOND);
        page.disk.delay = 0;
        page.pass(2 * SECOND);
        assert_eq!(page.code(call), Some(Code::Timeout));
        assert!(page.view().is_some());
        assert_eq!(page.token(), token);
        assert_eq!(page.server.guests(), 1);
    }
}

/// Whichever read ends first counts.
#[test]
fn a_storage_that_takes_longer_than_any_call_waits_is_read_all_the_same() {
    let storage = StorageKind::Custom { has_lock: false };
    let mut page = Page::of(Scenario { storage, ..shop() });
    let token = page.token();
    page.reload(true);
    page.disk.delay = 50 * SECOND;
    for _ in 0..3 {
        assert_eq!(page.token_error().code, Code::Timeout);
    }
    assert_eq!(page.token(), token);
    page.pass(MINUTE);
    assert_eq!(page.reasons().last(), Some(&Reason::Restored));
}

/// A Worker's storage: across a network, with a lock of its own.
fn locking_shop() -> Scenario {
    Scenario { storage: StorageKind::Custom { has_lock: true }, on_demand: true, ..shop() }
}

#[test]
fn a_session_waits_for_a_storages_own_lock_as_long_as_an_exchange_may_take() {
    let sent_within_a_minute = |shop: Scenario| {
        let mut page = Page::of(Scenario { timeout: 3 * MINUTE, ..shop });
        page.token();
        page.lock_delay = 2 * MINUTE;
        page.begin(newer_token());
        page.pass(MINUTE);
        page.grants().contains(&GrantKind::Refresh)
    };
    assert!(!sent_within_a_minute(locking_shop()));
    assert!(sent_within_a_minute(shop()));
}

#[test]
fn tokens_are_used_once_a_storage_with_a_lock_has_them_however_slow_it_is() {
    let mut page = Page::of(Scenario { disk_delay: 20 * SECOND, timeout: 3 * MINUTE, ..locking_shop() });
    let call = page.begin(token());
    while page.stored("access_token").is_none() {
        assert!(page.reply(call).is_none());
        page.pass(SECOND);
    }
    assert!(page.reply(call).unwrap().is_ok());
}

/// The detail with which the next page's refresh is rejected, after a page has ended during its own.
fn rejection_after_a_lost_exchange(shop: Scenario) -> Option<String> {
    let mut page = Page::of(shop);
    page.token();
    page.begin(newer_token());
    page.pass(1);
    assert!(page.is_exchanging());
    page.reload(true);
    page.pass(MINUTE);
    page.begin(newer_token());
    page.pass(MINUTE);
    page.rejection_detail()
}

#[test]
fn a_refresh_under_a_storages_own_lock_is_marked_in_the_record() {
    let lost = Some(String::from("the response to an earlier refresh was lost"));
    assert_eq!(rejection_after_a_lost_exchange(locking_shop()), lost);
    let counts_its_writes = Scenario { storage: StorageKind::Custom { has_lock: false }, ..locking_shop() };
    assert_ne!(rejection_after_a_lost_exchange(counts_its_writes), lost);
}

#[test]
fn the_holder_of_a_storages_own_lock_does_not_wait_for_a_page_that_has_ended() {
    let mut page = Page::of(locking_shop());
    page.token();
    page.begin(newer_token());
    page.pass(1);
    page.reload(true);
    assert!(page.stored("refresh_token").is_some());
    page.begin(newer_token());
    page.pass(1);
    assert!(page.is_exchanging());
}

/// Another client has changed the record meanwhile.
#[test]
fn a_storage_that_withholds_its_lock_is_read_before_the_lock_is_requested_again() {
    let mut page = Page::of(locking_shop());
    page.token();
    page.lock_delay = HOUR;
    page.begin(newer_token());
    page.lock_delay = 0;
    page.handle(Input::RecordChanged);
    page.pass(1);
    assert!(page.is_exchanging());
}

#[test]
fn a_read_that_hangs_keeps_a_storages_own_lock_only_while_a_call_waits() {
    let mut page = Page::of(locking_shop());
    page.token();
    page.disk.delay = DAY;
    let call = page.begin(newer_token());
    page.pass(MINUTE);
    assert_eq!((page.code(call), page.invariants.lock), (Some(Code::Timeout), None));
}

#[test]
fn a_write_that_hangs_keeps_a_storages_own_lock_for_minutes_only() {
    for disposes in [false, true] {
        let mut page = Page::of(locking_shop());
        page.token();
        let call = page.begin(newer_token());
        page.pass(1);
        page.disk.health = Health::Hangs;
        page.pass(MINUTE);
        if disposes {
            page.handle(Input::Dispose);
        }
        assert_eq!(page.code(call), Some(Code::Timeout));
        page.pass(2 * MINUTE);
        assert_eq!((page.invariants.lock, page.session.next_wakeup()), (None, None), "disposes: {disposes}");
    }
}

fn foreign(changes: &[(&'static str, Value)]) -> Content {
    let mut page = Page::of(shop());
    page.token();
    let mut members: Members = page.disk.record().unwrap().clone();
    for (name, value) in changes {
        members.push(name, value.clone());
    }
    Content::Record(members)
}

#[test]
fn a_damaged_record_counts_as_none() {
    for content in [
        Content::Garbage,
        foreign(&[("access_token", Value::Null)]),
        foreign(&[("access_token", text("with\nline break"))]),
        foreign(&[("subject", text("admin"))]),
        foreign(&[("sent_at", text("yesterday"))]),
        foreign(&[("generation", Value::Null)]),
        foreign(&[("lifetime", text("long"))]),
        foreign(&[("id", text(""))]),
    ] {
        let mut page = Page::of(shop());
        page.disk.content = content.clone();
        page.invariants.foreign = true;
        let session = page.get(Command::Session).unwrap();
        assert!(matches!(session, Reply::Session(None)), "{content:?}: {session:?}");
        page.token();
        assert_eq!((page.server.guests(), page.disk.aside.len()), (1, 0), "{content:?}");
        assert!(page.stored("refresh_token").is_some());
    }
}

#[test]
fn a_record_of_another_client_is_set_aside_and_the_shop_goes_on() {
    for content in [
        Content::Record(object(&[])),
        foreign(&[("version", Value::Number(2.0))]),
        foreign(&[("version", text("1"))]),
        foreign(&[("token_endpoint", text("https://other.example/token"))]),
        foreign(&[("client_id", text("another"))]),
        foreign(&[("client_id", Value::Null)]),
    ] {
        let mut page = Page::of(shop());
        page.disk.content = content.clone();
        page.invariants.foreign = true;
        page.token();
        let Content::Record(record) = &content else { panic!("{content:?}") };
        assert_eq!(format!("{:?}", page.disk.aside), format!("{:?}", [record]));
        assert_eq!(page.reasons(), [Reason::RecordSetAside, Reason::GuestCreated]);
        assert_eq!(page.server.guests(), 1);
    }
}

#[test]
fn a_record_of_another_client_that_cannot_be_set_aside_stays_and_the_shop_goes_on_in_memory() {
    let mut page = Page::of(shop());
    page.disk.content = foreign(&[("client_id", text("another"))]);
    page.disk.health = Health::Full;
    page.invariants.foreign = true;
    page.token();
    assert_eq!(page.reasons(), [Reason::GuestCreated]);
    page.get(Command::SignOut).unwrap();
    let content = format!("{:?}", page.disk.content);
    assert_eq!(content, format!("{:?}", foreign(&[("client_id", text("another"))])));

    page.disk.health = Health::Works;
    page.reload(true);
    page.invariants.foreign = true;
    page.token();
    assert_eq!(page.disk.aside.len(), 1);
    assert!(page.stored("refresh_token").is_some());
}

#[test]
fn a_record_of_another_client_does_not_end_the_session_that_is_held() {
    let mut browser = Browser::of(shop_with_peers());
    browser.open();
    browser.token(0);
    browser.disks[0].content = foreign(&[("client_id", text("another"))]);
    browser.get(0, newer_token()).unwrap();
    assert_eq!((browser.server.guests(), browser.disks[0].aside.len()), (1, 1));
    assert!(browser.stored(0, "refresh_token").is_some());
}

#[test]
fn a_call_waits_for_the_tokens_of_a_sign_in_that_is_being_stored() {
    let never = Rotation::Never;
    let mut page = Page::of(Scenario { rotation: never, disk_delay: 2 * SECOND, ..shop() });
    page.get(token()).unwrap();
    page.begin(sign_in(PASSWORD));
    page.pass(3 * SECOND);
    let call = page.begin(token());
    page.pass(2 * SECOND);
    let (token, _) = token_in(page.reply(call).unwrap().unwrap());
    assert_eq!(page.server.family_of_access(&token), Some(1));
}

/// The page is shown again while it waits for its peers, and so reads the storage again.
#[test]
fn a_storage_that_fails_while_peers_are_waited_for_leaves_no_timer_behind() {
    let custom = StorageKind::Custom { has_lock: true };
    let mut page = Page::of(Scenario { on_demand: true, shares: true, storage: custom, ..shop() });
    page.begin(token());
    page.disk.health = Health::Throws;
    page.handle(Input::Shown);
    page.pass(MINUTE);
    assert_eq!(page.token_error().code, Code::StorageFailed);
    assert_eq!(page.session.next_wakeup(), None);
}
