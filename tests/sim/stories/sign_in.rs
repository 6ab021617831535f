//! Sign-ins, and how they fail.

use storefront_token_client::core::call::Command;
use storefront_token_client::core::error::Code;
use storefront_token_client::core::grant::GrantKind;
use storefront_token_client::core::io::Input;
use storefront_token_client::core::record::Subject;

use crate::calls::{sign_in, token};
use crate::page::{HOUR, Page, SECOND, plain_shop, shop};
use crate::scenario::Scenario;
use crate::server::{Conduct, PASSWORD};

#[test]
fn a_call_made_during_a_sign_in_gets_the_users_token() {
    let mut page = Page::of(plain_shop());
    page.begin(sign_in(PASSWORD));
    let call = page.begin(token());
    page.pass(SECOND);
    assert!(page.reply(call).unwrap().is_ok());
}

#[test]
fn a_call_made_during_a_sign_in_that_fails_requires_a_login() {
    let mut page = Page::of(plain_shop());
    page.begin(sign_in("SECRET-wrong"));
    let call = page.begin(token());
    page.pass(SECOND);
    assert_eq!(page.code(call), Some(Code::LoginRequired));
}

#[test]
fn calls_that_waited_for_a_cancelled_sign_in_require_a_login() {
    let mut page = Page::of(Scenario { guest: false, ..shop() });
    page.latency = 10 * SECOND;
    page.begin(Command::SignInAsGuest);
    let signing_in = page.begin(sign_in(PASSWORD));
    let call = page.begin(token());
    page.handle(Input::Cancel(signing_in));
    assert_eq!(page.code(call), Some(Code::LoginRequired));
}

#[test]
fn a_late_response_to_a_sign_in_signs_in() {
    let mut page = Page::of(plain_shop());
    page.latency = 20 * SECOND;
    let call = page.begin(sign_in(PASSWORD));
    page.pass(16 * SECOND);
    assert_eq!(page.code(call), Some(Code::Timeout));
    page.pass(5 * SECOND);
    assert_eq!(page.view().unwrap().subject(), Subject::User);
}

#[test]
fn a_sign_in_that_fails_changes_nothing_and_delays_no_call() {
    let mut page = Page::of(shop());
    page.server.conduct = Conduct::TooMany { retry_after: Some(600) };
    assert_eq!(page.sign_in().unwrap_err().code, Code::RateLimited);
    page.server.conduct = Conduct::Serves;
    page.token();
    assert_eq!(page.grants(), [GrantKind::SignIn, GrantKind::Guest]);
}

#[test]
fn a_second_sign_in_begins_another_session() {
    let mut page = Page::of(plain_shop());
    page.sign_in().unwrap();
    let first = page.view().unwrap().id();
    page.sign_in().unwrap();
    assert_ne!(page.view().unwrap().id(), first);
}

#[test]
fn a_guest_that_cannot_be_refreshed_does_not_prevent_a_sign_in() {
    let mut page = Page::of(Scenario { on_demand: true, ..shop() });
    page.token();
    page.pass(2 * HOUR);
    page.server.conduct = Conduct::Refuses(400, "unsupported_grant_type");
    let call = page.begin(sign_in(PASSWORD));
    page.pass(60);
    page.server.conduct = Conduct::Serves;
    page.pass(SECOND);
    assert!(page.reply(call).unwrap().is_ok());
    assert_eq!(page.grants(), [GrantKind::Guest, GrantKind::Refresh, GrantKind::SignIn]);
}

#[test]
fn a_guests_valid_token_is_merged_although_its_refresh_failed() {
    let mut page = Page::of(Scenario { on_demand: true, ..shop() });
    page.token();
    page.pass(HOUR - 20 * SECOND);
    page.server.conduct = Conduct::DropsBefore;
    let call = page.begin(sign_in(PASSWORD));
    page.pass(60);
    page.server.conduct = Conduct::Serves;
    page.pass(SECOND);
    assert!(page.reply(call).unwrap().is_ok());
    assert_eq!(page.server.families.last().unwrap().merged, Some(0));
}

#[test]
fn a_sign_in_fails_rather_than_lose_a_guest_whose_refresh_may_succeed_later() {
    let mut page = Page::of(Scenario { on_demand: true, ..shop() });
    page.token();
    page.pass(2 * HOUR);
    page.server.conduct = Conduct::DropsBefore;
    assert_eq!(page.sign_in().unwrap_err().code, Code::Network);
    page.server.conduct = Conduct::Serves;
    page.sign_in().unwrap();
    assert_eq!(page.server.families.last().unwrap().merged, Some(0));
}

#[test]
fn a_sign_in_while_the_host_is_offline_is_tried_once_and_fails_at_once() {
    let mut page = Page::of(plain_shop());
    page.handle(Input::Offline);
    page.server.conduct = Conduct::DropsBefore;
    let begun = page.clock.mono;
    let error = page.sign_in().unwrap_err();
    assert_eq!(error.code, Code::Network);
    assert_eq!(error.detail.as_deref(), Some("the host says that it is offline"));
    assert!(page.clock.mono - begun < SECOND);
    assert_eq!(page.grants(), [GrantKind::SignIn]);
}

#[test]
fn a_host_that_is_wrongly_offline_does_not_prevent_a_sign_in() {
    let mut page = Page::of(plain_shop());
    page.handle(Input::Offline);
    page.sign_in().unwrap();
}

#[test]
fn a_sign_in_without_a_response_names_the_origin_and_what_may_be_the_reason() {
    let mut page = Page::of(plain_shop());
    page.server.conduct = Conduct::DropsBefore;
    let detail = page.sign_in().unwrap_err().detail.clone().unwrap();
    assert!(detail.starts_with("https://shop.example is down"), "{detail}");
    assert!(detail.contains("CORS"), "{detail}");
}
