//! Promise 5: a 401 is judged by the token that the request carried.

use storefront_token_client::core::call::{Command, Ticket};
use storefront_token_client::core::error::Code;
use storefront_token_client::core::grant::GrantKind;
use storefront_token_client::core::io::Input;
use storefront_token_client::core::token::AccessToken;

use crate::calls::{newer_token, sign_in, token, token_in};
use crate::page::{MINUTE, Page, SECOND, shop};
use crate::scenario::Scenario;
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
    let (token, _) = token_in(page.get(Command::TokenAfter401(old)).unwrap());
    assert_eq!(token, newest);
    assert_eq!(page.grants(), [GrantKind::Guest, GrantKind::Refresh]);
}

#[test]
fn requests_with_the_current_token_cause_one_refresh_for_all() {
    let mut page = Page::of(shop());
    let (rejected, ticket) = page.token_and_ticket();
    let calls: Vec<_> = (0..20).map(|_| page.begin(Command::TokenAfter401(ticket.clone()))).collect();
    page.pass(2 * SECOND);
    for call in calls {
        assert_ne!(token_in(page.reply(call).unwrap().unwrap()).0, rejected);
    }
    assert_eq!(page.grants(), [GrantKind::Guest, GrantKind::Refresh]);
}

#[test]
fn a_second_401_is_given_to_the_caller() {
    let mut page = Page::of(shop());
    let (_, ticket) = page.token_and_ticket();
    let (_, ticket) = token_in(page.get(Command::TokenAfter401(ticket)).unwrap());
    let error = page.get(Command::TokenAfter401(ticket)).unwrap_err();
    assert_eq!(error.code, Code::TokenRejected);
    assert_eq!(page.grants(), [GrantKind::Guest, GrantKind::Refresh]);
}

#[test]
fn a_401_of_another_address_is_judged_on_its_own() {
    let mut page = Page::of(shop());
    let first = page.token();
    let at = |token: &str, address: &str| {
        Command::TokenAfter401(Ticket::new(AccessToken::new(token), None, String::from(address)))
    };
    let (second, _) = token_in(page.get(at(&first, "/forbidden")).unwrap());
    let (third, _) = token_in(page.get(at(&second, "/cart")).unwrap());
    for address in ["/forbidden", "/cart"] {
        assert_eq!(page.get(at(&third, address)).unwrap_err().code, Code::TokenRejected, "{address}");
    }
    assert_eq!(page.grants(), [GrantKind::Guest, GrantKind::Refresh, GrantKind::Refresh]);
}

const CART: &str = "https://shop.example/cart";

/// Sends a request as the bearer `fetch` does: once more after a 401, if there is a newer token. Gives the statuses.
fn fetch(page: &mut Page, address: &str, api: impl Fn(&Page, &str) -> u16) -> Vec<u16> {
    let (token, ticket) = page.token_and_ticket();
    let first = api(page, &token);
    if first != 401 {
        return vec![first];
    }
    let ticket = Ticket::new(AccessToken::new(&*token), ticket.user_session().as_deref(), address.to_owned());
    let Ok(reply) = page.get(Command::TokenAfter401(ticket)) else { return vec![first] };
    let second = api(page, &token_in(reply).0);
    page.handle(Input::Retried(address.to_owned(), second));
    vec![first, second]
}

/// An API that takes each token that the server takes.
fn honest(page: &Page, token: &str) -> u16 {
    if page.server.accepts(token) { 200 } else { 401 }
}

fn refreshes(page: &Page) -> usize {
    page.grants().iter().filter(|kind| **kind == GrantKind::Refresh).count()
}

#[test]
fn each_revocation_causes_a_refresh_however_soon_it_comes() {
    for leases in [false, true] {
        let mut page = Page::of(Scenario { leases, ..shop() });
        page.token();
        for count in 1..=5 {
            page.server.revoke_access_tokens();
            assert_eq!(fetch(&mut page, CART, honest), [401, 200]);
            assert_eq!(refreshes(&page), count);
        }
    }
}

#[test]
fn an_address_that_rejects_the_newer_token_too_causes_one_refresh_in_half_a_minute() {
    let mut page = Page::of(shop());
    let rejects = |_: &Page, _: &str| 401;
    assert_eq!(fetch(&mut page, CART, rejects), [401, 401]);
    for _ in 0..20 {
        assert_eq!(fetch(&mut page, CART, rejects), [401]);
        page.pass(SECOND);
    }
    assert_eq!(refreshes(&page), 1);
    page.pass(30 * SECOND);
    assert_eq!(fetch(&mut page, CART, rejects), [401, 401]);
}

#[test]
fn a_failed_second_request_does_not_show_that_the_address_accepts_the_newer_token() {
    for second in [0, 401, 429, 500, 503] {
        let mut page = Page::of(shop());
        let first = page.token();
        let api = |_: &Page, token: &str| if token == first { 401 } else { second };
        assert_eq!(fetch(&mut page, CART, api), [401, second]);
        page.server.revoke_access_tokens();
        assert_eq!(fetch(&mut page, CART, honest), [401], "{second}");
        assert_eq!(refreshes(&page), 1, "{second}");
    }
}

#[test]
fn a_response_that_does_not_concern_the_token_shows_that_the_address_accepts_it() {
    for second in [200, 204, 304, 403, 404, 422] {
        let mut page = Page::of(shop());
        let first = page.token();
        let api = |_: &Page, token: &str| if token == first { 401 } else { second };
        assert_eq!(fetch(&mut page, CART, api), [401, second]);
        page.server.revoke_access_tokens();
        assert_eq!(fetch(&mut page, CART, honest), [401, 200], "{second}");
    }
}

/// The address rejects every token, and another address has the server refresh meanwhile.
#[test]
fn an_address_is_remembered_over_the_refreshes_of_others() {
    let mut page = Page::of(shop());
    let rejects = |_: &Page, _: &str| 401;
    assert_eq!(fetch(&mut page, "/forbidden", rejects), [401, 401]);
    for _ in 0..5 {
        page.pass(10 * SECOND);
        page.server.revoke_access_tokens();
        assert_eq!(fetch(&mut page, CART, honest), [401, 200]);
        assert_eq!(fetch(&mut page, "/forbidden", rejects), [401]);
    }
    assert_eq!(refreshes(&page), 6);
}

#[test]
fn a_caller_that_comes_while_the_refresh_is_under_way_causes_no_other_one() {
    let mut page = Page::of(shop());
    let (token, _) = page.token_and_ticket();
    let at = |token: &str, address: &str| {
        Command::TokenAfter401(Ticket::new(AccessToken::new(token), None, String::from(address)))
    };
    page.begin(at(&token, CART));
    page.pass(50);
    let second = page.begin(at(&token, "/forbidden"));
    page.pass(SECOND);
    let (newer, _) = token_in(page.reply(second).unwrap().unwrap());
    assert_eq!(page.get(at(&newer, "/forbidden")).unwrap_err().code, Code::TokenRejected);
    assert_eq!(refreshes(&page), 1);
}

#[test]
fn an_api_that_rejects_every_token_makes_no_flood_of_requests() {
    let mut page = Page::of(shop());
    let (_, mut ticket) = page.token_and_ticket();
    for _ in 0..600 {
        if let Ok(reply) = page.get(Command::TokenAfter401(ticket.clone())) {
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
    let (_, ticket) = token_in(page.get(Command::TokenAfter401(ticket)).unwrap());
    page.pass(6 * SECOND);
    page.get(Command::TokenAfter401(ticket)).unwrap();
}

#[test]
fn a_users_call_never_gets_another_users_token() {
    let mut page = Page::of(shop());
    page.sign_in().unwrap();
    let (_, ticket) = page.token_and_ticket();
    page.sign_out();
    page.sign_in().unwrap();
    assert_eq!(page.get(Command::TokenAfter401(ticket)).unwrap_err().code, Code::SignedOut);
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
    page.get(Command::TokenAfter401(ticket)).unwrap();
    assert_eq!(page.grants(), [GrantKind::Guest, GrantKind::SignIn]);
}
