//! A client secret that servers read in different ways is sent in the body, and once in the header if that is refused.

use storefront_token_client::core::call::{Command, Reply};
use storefront_token_client::core::error::{Code, Error};
use storefront_token_client::core::response::ExchangeResult;
use storefront_token_client::core::token::Credentials;

use crate::page::{NEWER, Page, error, tokens};

const AMBIGUOUS: &str = "a b:c%d";

fn sign_in(page: &mut Page, server: &mut dyn FnMut(usize) -> ExchangeResult) -> Result<Reply, Error> {
    page.get(Command::SignIn(Credentials::new("ada", "password")), server)
}

/// Whether each request had the secret in the header.
fn secret_in_header(page: &Page) -> Vec<bool> {
    page.requests.iter().map(|request| request.basic.is_some()).collect()
}

fn page(server: &str, secret: &str) -> Page {
    Page::open(server, secret, None, 0.0)
}

fn refuses_the_first(sent: usize) -> ExchangeResult {
    if sent == 1 { error(401, "invalid_client") } else { tokens() }
}

#[test]
fn a_server_that_accepts_only_the_header_gets_the_header_at_the_second_attempt() {
    let mut page = page("oauth2", AMBIGUOUS);
    assert!(sign_in(&mut page, &mut refuses_the_first).is_ok());
    assert!(page.get(NEWER, &mut |_| tokens()).is_ok());
    assert_eq!(secret_in_header(&page), [false, true, true]);
    let basic = page.requests[1].basic.as_ref().unwrap();
    assert!(basic.encoded && basic.client_secret.expose() == AMBIGUOUS);
    assert_eq!(page.requests[1].parameters.get("client_secret"), None);
}

#[test]
fn the_next_page_knows_what_the_server_accepts() {
    let mut first = page("oauth2", AMBIGUOUS);
    assert!(sign_in(&mut first, &mut refuses_the_first).is_ok());
    let mut next = first.next("oauth2", AMBIGUOUS);
    let dead = next.get(NEWER, &mut |_| error(400, "invalid_request")).unwrap_err();
    assert_eq!((dead.code, secret_in_header(&next)), (Code::LoginRequired, vec![true, true]));
}

#[test]
fn a_wrong_secret_is_tried_twice_and_a_later_sign_in_begins_with_the_body_again() {
    let mut page = page("oauth2", AMBIGUOUS);
    for _ in 0..2 {
        let error = sign_in(&mut page, &mut |_| error(401, "invalid_client")).unwrap_err();
        assert_eq!(error.code, Code::ClientRejected);
    }
    assert_eq!(secret_in_header(&page), [false, true, false, true]);
}

#[test]
fn a_wrong_password_shows_that_the_server_accepts_the_client() {
    let mut page = page("oauth2", AMBIGUOUS);
    let wrong = sign_in(&mut page, &mut |sent| {
        if sent == 1 { error(401, "invalid_client") } else { error(400, "invalid_grant") }
    });
    assert_eq!(wrong.unwrap_err().code, Code::InvalidCredentials);
    assert!(sign_in(&mut page, &mut |_| tokens()).is_ok());
    assert_eq!(secret_in_header(&page), [false, true, true]);
}

#[test]
fn nothing_is_tried_twice_where_the_secret_is_plain_or_the_profile_names_the_method() {
    for (server, secret) in [
        ("oauth2", "plain"),
        ("oauth2\nclientAuthentication client_secret_post", AMBIGUOUS),
        ("oauth2\nclientAuthentication client_secret_basic", AMBIGUOUS),
        ("wso2", AMBIGUOUS),
        ("oro", AMBIGUOUS),
    ] {
        let mut page = page(server, secret);
        assert!(sign_in(&mut page, &mut |_| error(401, "invalid_client")).is_err());
        assert_eq!(page.requests.len(), 1, "{server:?} {secret:?}");
    }
}

#[test]
fn a_refresh_is_never_tried_twice() {
    let mut page = page("oauth2", AMBIGUOUS);
    assert!(sign_in(&mut page, &mut |_| tokens()).is_ok());
    assert!(page.get(NEWER, &mut |_| error(401, "invalid_client")).is_err());
    assert_eq!(secret_in_header(&page), [false, false]);
}

#[test]
fn another_error_causes_no_second_attempt() {
    for refusal in
        [error(400, "unauthorized_client"), error(503, "invalid_client"), ExchangeResult::NoResponse]
    {
        let mut page = page("oauth2", AMBIGUOUS);
        assert!(sign_in(&mut page, &mut |_| refusal.clone()).is_err());
        assert_eq!(page.requests.len(), 1);
    }
}
