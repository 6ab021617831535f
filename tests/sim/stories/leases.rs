//! Leases: the tokens that a page gives out before its core runs, or without asking it.

use storefront_token_client::core::call::Command;
use storefront_token_client::core::error::Code;
use storefront_token_client::core::grant::GrantKind;
use storefront_token_client::core::io::Input;
use storefront_token_client::core::members::{Members, Value};
use storefront_token_client::core::time::Millis;

use crate::browser::{Browser, shop_with_peers};
use crate::calls::{newer_token, sign_in, token, token_in};
use crate::disk::Content;
use crate::page::{DAY, HOUR, MINUTE, Page, SECOND, plain_shop, shop};
use crate::parse::text;
use crate::scenario::Scenario;
use crate::server::{ExpiresIn, PASSWORD};
use crate::timers::Timers;

/// A page with a guest's token, which is valid for an hour.
fn page() -> (Page, String) {
    let mut page = Page::of(Scenario { leases: true, ..shop() });
    let token = page.token();
    (page, token)
}

/// The page after that one.
fn next_page() -> (Page, String) {
    let (mut page, token) = page();
    page.reload(true);
    (page, token)
}

fn core_runs(page: &Page) -> bool {
    page.front.as_ref().unwrap().core_runs
}

/// Makes a call. True if the core was asked.
fn asks_core(page: &mut Page) -> bool {
    let asked = page.coverage.from_records + page.coverage.from_leases;
    page.begin(token());
    page.coverage.from_records + page.coverage.from_leases == asked
}

fn with(record: &Members, name: &str, value: Option<Value>) -> Members {
    let mut changed = Members::new();
    for (each, value) in record.iter().filter(|(each, _)| *each != name) {
        changed.push(each, value.clone());
    }
    if let Some(value) = value {
        changed.push(name, value);
    }
    changed
}

/// The next page finds a record in which one member was changed.
fn next_page_with(name: &str, value: Option<Value>) -> (Page, String) {
    let (mut page, token) = page();
    let changed = with(page.disk.record().unwrap(), name, value);
    page.disk.content = Content::Record(changed);
    page.reload(true);
    (page, token)
}

#[test]
fn the_next_page_gives_the_token_of_the_record_out_without_its_core() {
    let (mut page, token) = next_page();
    for _ in 0..10 {
        page.pass(MINUTE);
        assert_eq!(page.token(), token);
    }
    assert!(!core_runs(&page));
}

#[test]
fn a_page_gives_its_token_out_without_asking_the_core_until_the_token_is_due() {
    let (mut page, token) = page();
    page.pass(HOUR - 61 * SECOND);
    assert!(!asks_core(&mut page));
    page.pass(2 * SECOND);
    assert!(asks_core(&mut page));
    page.pass(MINUTE);
    assert_ne!(page.token(), token);
    assert!(!asks_core(&mut page));
}

#[test]
fn a_call_with_options_asks_the_core() {
    for command in [
        newer_token(),
        Command::Token { min_validity: Millis::from_secs(60), force_refresh: false },
        Command::SignInAsGuest,
    ] {
        let (mut page, _) = next_page();
        page.begin(command);
        assert!(core_runs(&page));
    }
}

#[test]
fn a_lease_that_the_core_cannot_have_written_is_ignored() {
    let later = |page: &Page, span: i64| Some(Value::Number((page.clock.wall + span) as f64));
    let (page, _) = page();
    for (name, value) in [
        ("lease_from", None),
        ("lease_from", later(&page, SECOND)),
        ("lease_from", later(&page, -DAY)),
        ("lease_from", Some(text("0"))),
        ("lease_until", None),
        ("lease_until", later(&page, 0)),
        ("lease_until", later(&page, HOUR + SECOND)),
        ("lease_until", Some(Value::Number(f64::MAX))),
        ("lease_until", Some(Value::Number(f64::INFINITY))),
        ("lease_until", Some(Value::Number(f64::NAN))),
        ("lease_until", Some(Value::Null)),
        ("refresh_sent_at", later(&page, -MINUTE)),
        ("refused", Some(Value::Number(1.0))),
        ("scope", Some(Value::Null)),
    ] {
        let (mut page, token) = next_page_with(name, value.clone());
        assert!(asks_core(&mut page), "{name}");
        assert_eq!(page.token(), token, "{name}");
    }
}

#[test]
fn a_lease_of_a_token_whose_lifetime_is_not_known_is_ignored() {
    let (mut page, _) = next_page_with("lifetime", None);
    assert!(asks_core(&mut page));
}

#[test]
fn a_lease_in_the_record_of_another_client_version_or_session_is_ignored() {
    for (name, value) in [
        ("version", Some(Value::Number(2.0))),
        ("version", None),
        ("token_endpoint", Some(text("https://evil.example/oauth2-token"))),
        ("client_id", Some(text("another"))),
        ("client_id", None),
        ("subject", Some(text("admin"))),
        ("id", Some(text("no identifier"))),
        ("id", None),
        ("access_token", Some(text("two words"))),
    ] {
        let (mut page, token) = next_page_with(name, value);
        page.invariants.foreign = true;
        assert_ne!(page.token(), token, "{name}");
    }
}

#[test]
fn a_record_without_a_lease_is_restored_by_the_core() {
    let (mut page, token) = next_page_with("lease_until", None);
    assert_eq!(page.token(), token);
    assert_eq!(page.grants(), [GrantKind::Guest]);
}

#[test]
fn a_storage_that_changes_under_the_front_changes_what_it_gives_out() {
    let (mut page, token) = next_page();
    assert_eq!(page.token(), token);
    page.disk.content = Content::Nothing;
    assert!(asks_core(&mut page));
}

#[test]
fn the_core_is_asked_if_the_clock_was_set_back_between_two_calls() {
    for by in [10 * SECOND, 10 * MINUTE, DAY] {
        let (mut page, _) = next_page();
        page.pass(20 * MINUTE);
        assert!(!asks_core(&mut page));
        page.clock.wall -= by;
        assert!(asks_core(&mut page), "{by}");
    }
}

#[test]
fn a_clock_that_was_set_back_unnoticed_makes_no_lease_longer() {
    let (mut page, token) = page();
    page.timers = Timers::Never;
    page.pass(HOUR);
    page.clock.wall -= 30 * MINUTE;
    assert!(asks_core(&mut page));
    page.timers = Timers::OnTime;
    page.pass(SECOND);
    assert_ne!(page.token(), token);
}

#[test]
fn a_401_reaches_the_core_and_its_token_is_not_given_out_again() {
    let (mut page, _) = next_page();
    let (rejected, ticket) = page.token_and_ticket();
    assert!(!core_runs(&page));
    let replacement = page.begin(Command::TokenAfter401(ticket));
    assert!(asks_core(&mut page));
    page.pass(SECOND);
    let (newest, _) = token_in(page.reply(replacement).unwrap().unwrap());
    assert_ne!(newest, rejected);
    assert!(!asks_core(&mut page));
    assert_eq!(page.token(), newest);
}

#[test]
fn after_a_401_of_a_users_leased_token_no_other_persons_token_is_given() {
    let mut page = Page::of(Scenario { leases: true, ..shop() });
    page.sign_in().unwrap();
    page.reload(true);
    let (_, ticket) = page.token_and_ticket();
    page.sign_out();
    page.get(sign_in(PASSWORD)).unwrap();
    assert_eq!(page.get(Command::TokenAfter401(ticket)).unwrap_err().code, Code::SignedOut);
}

#[test]
fn nothing_is_given_out_after_a_sign_out() {
    let mut page = Page::of(Scenario { leases: true, ..plain_shop() });
    page.sign_in().unwrap();
    page.reload(true);
    page.token();
    page.begin(Command::SignOut);
    assert_eq!(page.token_error().code, Code::LoginRequired);
    page.reload(true);
    assert_eq!(page.token_error().code, Code::LoginRequired);
}

#[test]
fn a_tab_gives_out_no_token_of_a_session_that_another_tab_has_signed_out() {
    let mut browser = Browser::of(Scenario { leases: true, guest: false, ..shop_with_peers() });
    browser.open();
    browser.sign_in(0);
    browser.duplicate(0);
    browser.token(1);
    assert_eq!(browser.coverage.from_records, 1);
    browser.sign_out(0);
    assert_eq!(browser.token_error(1), Code::LoginRequired);
}

#[test]
fn two_clients_over_one_storage_give_out_the_same_token_until_one_of_them_signs_out() {
    let mut browser = Browser::of(Scenario { leases: true, ..plain_shop() });
    browser.open();
    browser.sign_in(0);
    let beside = browser.open_beside(0);
    let first = browser.token(beside);
    let (second, _) = token_in(browser.get(0, newer_token()).unwrap());
    assert_ne!(first, second);
    assert_eq!(browser.token(beside), second);
    assert_eq!(browser.coverage.from_records, 2);
    browser.sign_out(0);
    assert_eq!(browser.token_error(beside), Code::LoginRequired);
}

#[test]
fn while_a_refresh_is_under_way_the_record_has_no_lease() {
    let (mut page, _) = page();
    page.begin(newer_token());
    page.pass(50);
    assert!(page.is_exchanging());
    assert_eq!(page.disk.record().unwrap().get("lease_until"), None);
    page.pass(SECOND);
    assert!(page.disk.record().unwrap().get("lease_until").is_some());
}

#[test]
fn there_is_no_lease_while_the_token_may_not_be_given_out_at_once() {
    type Happen = fn(&mut Page);
    let states: [(&str, Happen); 4] = [
        ("the page is hidden", |page| page.handle(Input::Hidden)),
        ("the client is disposed of", |page| page.handle(Input::Dispose)),
        ("a call waits for a newer token", |page| {
            page.begin(newer_token());
        }),
        ("the storage is being read again", |page| {
            page.disk.delay = SECOND;
            page.handle(Input::Shown);
        }),
    ];
    for (name, happen) in states {
        let (mut page, _) = page();
        let now = page.clock.now();
        assert!(page.session.lease(now).is_some(), "{name}");
        happen(&mut page);
        assert_eq!(page.session.lease(now), None, "{name}");
    }
}

#[test]
fn a_token_whose_lifetime_is_not_known_or_shorter_than_the_error_of_clocks_has_no_lease() {
    for expires_in in [ExpiresIn::Missing, ExpiresIn::secs(5), ExpiresIn::secs(0)] {
        let mut page = Page::of(shop());
        page.server.expires_in = expires_in;
        page.token();
        assert_eq!(page.disk.record().unwrap().get("lease_until"), None, "{expires_in:?}");
        assert_eq!(page.session.lease(page.clock.now()), None, "{expires_in:?}");
    }
}
