//! Promise 2: the client never loses a guest.

use storefront_token_client::core::call::Command;
use storefront_token_client::core::error::Code;
use storefront_token_client::core::event::Reason;
use storefront_token_client::core::grant::GrantKind;
use storefront_token_client::core::record::Subject;

use crate::calls::{newer_token, sign_in, token};
use crate::page::{HOUR, MINUTE, Page, SECOND, plain_shop, shop};
use crate::scenario::Scenario;
use crate::server::{Conduct, ExpiresIn, Rotation};

#[test]
fn the_first_call_for_a_token_creates_a_guest() {
    let mut page = Page::of(shop());
    page.get(Command::Session).unwrap();
    page.pass(HOUR);
    assert_eq!(page.server.guests(), 0);
    page.token();
    assert_eq!(page.view().unwrap().subject(), Subject::Guest);
}

#[test]
fn many_calls_create_one_guest() {
    let mut page = Page::of(shop());
    for _ in 0..100 {
        page.begin(token());
        page.begin(Command::SignInAsGuest);
    }
    page.pass(SECOND);
    assert_eq!(page.server.guests(), 1);
    assert_eq!(page.replies.len(), 200);
}

#[test]
fn fifty_page_loads_with_lifetimes_of_30_s_keep_one_guest() {
    let mut page = Page::of(shop());
    page.server.expires_in = ExpiresIn::secs(30);
    for _ in 0..50 {
        page.token();
        page.pass(9 * SECOND);
        while page.is_exchanging() {
            page.pass(50);
        }
        page.reload(true);
    }
    assert_eq!(page.server.guests(), 1);
    let lifetimes = 50 * 9 / 24 + 1;
    assert!(page.requests.len() <= lifetimes + 1, "{} requests", page.requests.len());
}

/// No client can prevent this: the response is lost with the page, and the server sends it once.
#[test]
fn a_page_that_ends_during_a_rotation_loses_the_guest_and_reports_it() {
    let mut page = Page::of(shop());
    page.token();
    page.begin(newer_token());
    page.pass(60);
    page.reload(true);
    page.get(newer_token()).unwrap();
    let lost = [Reason::GuestCreated, Reason::Restored, Reason::RefreshRejected, Reason::GuestReplaced];
    assert_eq!(page.reasons(), lost);
}

#[test]
fn a_guest_that_the_server_ended_is_replaced_and_reported() {
    let mut page = Page::of(shop());
    page.token();
    page.server.end_all();
    page.get(newer_token()).unwrap();
    assert_eq!(page.reasons(), [Reason::GuestCreated, Reason::RefreshRejected, Reason::GuestReplaced]);
}

#[test]
fn a_guest_after_a_sign_out_is_no_replacement() {
    let mut page = Page::of(shop());
    page.token();
    page.sign_out();
    page.pass(SECOND);
    page.token();
    assert_eq!(page.reasons(), [Reason::GuestCreated, Reason::SignedOut, Reason::GuestCreated]);
}

#[test]
fn a_sign_in_merges_the_guests_cart() {
    let mut page = Page::of(shop());
    page.token();
    page.sign_in().unwrap();
    assert_eq!(page.server.families.last().unwrap().merged, Some(0));
    assert_eq!(page.view().unwrap().subject(), Subject::User);
}

#[test]
fn a_guests_expired_token_is_refreshed_before_the_sign_in() {
    let mut page = Page::of(Scenario { on_demand: true, ..shop() });
    page.token();
    page.pass(2 * HOUR);
    page.sign_in().unwrap();
    assert_eq!(page.grants(), [GrantKind::Guest, GrantKind::Refresh, GrantKind::SignIn]);
    assert_eq!(page.server.families.last().unwrap().merged, Some(0));
}

#[test]
fn a_guest_that_the_server_ended_does_not_prevent_a_sign_in() {
    let mut page = Page::of(Scenario { on_demand: true, ..shop() });
    page.token();
    page.server.end_all();
    page.pass(2 * HOUR);
    page.sign_in().unwrap();
    assert_eq!(page.view().unwrap().subject(), Subject::User);
}

#[test]
fn a_user_is_never_merged() {
    let mut page = Page::of(shop());
    page.sign_in().unwrap();
    page.sign_in().unwrap();
    assert!(page.requests.iter().all(|form| form.get("visitor_access_token").is_none()));
}

#[test]
fn a_wrong_password_leaves_the_guest_in_place() {
    let mut page = Page::of(shop());
    page.token();
    let (before, stored) = (page.view(), page.stored("access_token").map(str::to_owned));
    let error = page.get(sign_in("SECRET-wrong")).unwrap_err();
    assert_eq!(error.code, Code::InvalidCredentials);
    assert_eq!(page.view(), before);
    assert_eq!(page.stored("access_token").map(str::to_owned), stored);
    assert_eq!(page.reasons(), [Reason::GuestCreated]);
}

#[test]
fn no_guest_is_created_while_a_user_is_signed_in() {
    let mut page = Page::of(shop());
    page.sign_in().unwrap();
    assert_eq!(page.get(Command::SignInAsGuest).unwrap_err().code, Code::SignedIn);
}

#[test]
fn without_guests_a_call_for_a_token_requires_a_login() {
    let mut page = Page::of(plain_shop());
    assert_eq!(page.token_error().code, Code::LoginRequired);
    assert!(page.requests.is_empty());
}

#[test]
fn a_server_that_creates_no_guests_gets_few_requests() {
    let mut page = Page::of(shop());
    page.server.conduct = Conduct::Refuses(401, "invalid_client");
    for _ in 0..600 {
        page.begin(token());
        page.pass(SECOND / 10);
    }
    assert!(page.requests.len() <= 2, "{} requests in a minute", page.requests.len());
}

#[test]
fn a_guest_without_a_refresh_token_is_replaced_when_its_token_expires() {
    let mut page = Page::of(Scenario { rotation: Rotation::Never, ..shop() });
    page.token();
    page.pass(HOUR + MINUTE);
    page.token();
    assert_eq!(page.reasons(), [Reason::GuestCreated, Reason::Expired, Reason::GuestReplaced]);
}
