//! Promise 5: a 401 is judged by the token that the request carried.

use storefront_token_client::core::call::{Command, Ticket};
use storefront_token_client::core::error::Code;
use storefront_token_client::core::grant::GrantKind;
use storefront_token_client::core::token::AccessToken;

use crate::calls::{newer_token, sign_in, token, token_in};
use crate::page::{MINUTE, Page, SECOND, shop};
use crate::server::{ExpiresIn, PASSWORD};

fn with_refreshed_token() -> (Page, Ticket, String) {
    let mut page = Page::of(shop());
    let (_, old) = page.token_and_ticket();
    page.pass(SECOND);
    let (newest, _) = token_in(page.get(newer_token()).unwrap());
    (page, old, newest)
}

#[test]
fn a_request_with_an_older_token_is_replayed_without_a_refresh() {
    let (mut page, old, newest) = with_refreshed_token();
    let (token, _) = token_in(page.get(Command::Replacement(old)).unwrap());
    assert_eq!(token, newest);
    assert_eq!(page.grants(), [GrantKind::Guest, GrantKind::Refresh]);
}

#[test]
fn requests_with_the_current_token_cause_one_refresh_for_all() {
    let mut page = Page::of(shop());
    let (refused, ticket) = page.token_and_ticket();
    let calls: Vec<_> = (0..20).map(|_| page.begin(Command::Replacement(ticket.clone()))).collect();
    page.pass(2 * SECOND);
    for call in calls {
        assert_ne!(token_in(page.reply(call).unwrap().unwrap()).0, refused);
    }
    assert_eq!(page.grants(), [GrantKind::Guest, GrantKind::Refresh]);
}

#[test]
fn a_second_401_is_given_to_the_caller() {
    let mut page = Page::of(shop());
    let (_, ticket) = page.token_and_ticket();
    let (_, ticket) = token_in(page.get(Command::Replacement(ticket)).unwrap());
    let error = page.get(Command::Replacement(ticket)).unwrap_err();
    assert_eq!(error.code, Code::TokenRejected);
    assert_eq!(page.grants(), [GrantKind::Guest, GrantKind::Refresh]);
}

#[test]
fn a_401_of_another_address_is_judged_on_its_own() {
    let mut page = Page::of(shop());
    let first = page.token();
    let at = |token: &str, address: &str| {
        Command::Replacement(Ticket::new(AccessToken::new(token), None, String::from(address)))
    };
    let (second, _) = token_in(page.get(at(&first, "/forbidden")).unwrap());
    let (third, _) = token_in(page.get(at(&second, "/cart")).unwrap());
    for address in ["/forbidden", "/cart"] {
        assert_eq!(page.get(at(&third, address)).unwrap_err().code, Code::TokenRejected, "{address}");
    }
    assert_eq!(page.grants(), [GrantKind::Guest, GrantKind::Refresh, GrantKind::Refresh]);
}

#[test]
fn an_api_that_rejects_every_token_makes_no_flood_of_requests() {
    let mut page = Page::of(shop());
    let (_, mut ticket) = page.token_and_ticket();
    for _ in 0..600 {
        if let Ok(reply) = page.get(Command::Replacement(ticket.clone())) {
            ticket = token_in(reply).1;
        }
    }
    let minutes = 600 * 400 / MINUTE;
    assert!(page.requests.len() as i64 <= 2 + 2 * (minutes + 1), "{} requests", page.requests.len());
}

#[test]
fn a_rejected_token_that_has_expired_since_is_refreshed() {
    let mut page = Page::of(shop());
    let (_, ticket) = page.token_and_ticket();
    page.server.expires_in = ExpiresIn::secs(5);
    page.timers = crate::timers::Timers::Never;
    let (_, ticket) = token_in(page.get(Command::Replacement(ticket)).unwrap());
    page.pass(6 * SECOND);
    page.get(Command::Replacement(ticket)).unwrap();
}

#[test]
fn a_users_call_never_gets_another_users_token() {
    let mut page = Page::of(shop());
    page.sign_in().unwrap();
    let (_, ticket) = page.token_and_ticket();
    page.sign_out();
    page.sign_in().unwrap();
    assert_eq!(page.get(Command::Replacement(ticket)).unwrap_err().code, Code::SignedOut);
}

#[test]
fn a_users_call_gets_no_guests_token_after_a_sign_out() {
    let mut page = Page::of(shop());
    page.sign_in().unwrap();
    let call = page.begin(newer_token());
    page.begin(Command::SignOut);
    page.begin(token());
    page.pass(2 * SECOND);
    assert_eq!(page.code(call), Some(Code::SignedOut));
}

#[test]
fn a_guests_request_is_replayed_as_the_user_that_the_guest_became() {
    let mut page = Page::of(shop());
    let (_, ticket) = page.token_and_ticket();
    page.get(sign_in(PASSWORD)).unwrap();
    page.get(Command::Replacement(ticket)).unwrap();
    assert_eq!(page.grants(), [GrantKind::Guest, GrantKind::SignIn]);
}
