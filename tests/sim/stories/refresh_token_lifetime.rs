//! A session lives as long as its refresh token. These stories play servers that say how long that is.

use storefront_token_client::core::event::Reason;
use storefront_token_client::core::grant::GrantKind;

use crate::calls::newer_token;
use crate::page::{HOUR, MINUTE, Page, SECOND, plain_shop};
use crate::scenario::Scenario;
use crate::server::{ExpiresIn, Rotation};

/// Access tokens are valid for a day, refresh tokens for an hour.
fn shop() -> Scenario {
    Scenario { on_demand: true, refresh_expires_in: Some(3600), ..plain_shop() }
}

fn signed_in(shop: Scenario) -> Page {
    let mut page = Page::of(shop);
    page.server.expires_in = ExpiresIn::secs(86_400);
    page.sign_in().unwrap();
    page
}

/// The expiry of the refresh token, as the application and the next page get it.
fn expiries(page: &Page) -> [Option<f64>; 2] {
    let record = page.disk.record().unwrap().number("refresh_expires_at");
    [page.view().unwrap().refresh_token_expires_at().map(|at| at.to_f64()), record]
}

#[test]
fn a_call_in_the_last_fifth_of_the_refresh_tokens_lifetime_refreshes_a_valid_access_token() {
    let mut page = signed_in(shop());
    page.pass(47 * MINUTE);
    page.token();
    assert_eq!(page.grants(), [GrantKind::SignIn]);
    page.pass(12 * MINUTE);
    page.token();
    assert_eq!(page.grants(), [GrantKind::SignIn, GrantKind::Refresh]);
    page.pass(30 * MINUTE);
    page.get(newer_token()).unwrap();
}

#[test]
fn a_refresh_in_the_background_comes_before_the_refresh_token_expires() {
    for lifetime in [ExpiresIn::secs(86_400), ExpiresIn::Missing] {
        let mut page = Page::of(Scenario { on_demand: false, ..shop() });
        page.server.expires_in = lifetime;
        page.sign_in().unwrap();
        page.pass(10 * HOUR);
        let refreshes = page.grants().len() - 1;
        assert!((10..=13).contains(&refreshes), "{refreshes}");
        page.get(newer_token()).unwrap();
    }
}

#[test]
fn a_refresh_that_extends_nothing_is_not_repeated_without_end() {
    let mut page = signed_in(Scenario { rotation: Rotation::Keeps, on_demand: false, ..shop() });
    // From now on the server does not say how long a refresh token is valid, so its known expiry stays the same.
    page.server.refresh_expires_in = None;
    let first = expiries(&page);
    page.pass(59 * MINUTE + 58 * SECOND);
    assert_eq!(expiries(&page), first);
    assert!(page.grants().len() <= 7, "{:?}", page.grants());
}

#[test]
fn an_access_token_is_used_to_its_end_once_the_refresh_token_has_expired() {
    let mut page = signed_in(shop());
    page.pass(2 * HOUR);
    page.token();
    page.pass(20 * HOUR);
    page.token();
    assert_eq!(page.grants(), [GrantKind::SignIn]);
    page.pass(2 * HOUR);
    page.token_error();
    assert_eq!(page.reasons(), [Reason::SignedIn, Reason::RefreshRejected]);
}

#[test]
fn the_application_and_the_next_page_know_when_the_refresh_token_expires() {
    let mut page = signed_in(shop());
    let [first_expiry, stored] = expiries(&page);
    assert_eq!(first_expiry, stored);
    page.pass(10 * MINUTE);
    page.get(newer_token()).unwrap();
    let later = expiries(&page)[0].unwrap() - first_expiry.unwrap();
    assert!((600_000.0..601_000.0).contains(&later), "{later}");
    page.reload(true);
    page.token();
    assert_eq!(expiries(&page)[0].unwrap() - first_expiry.unwrap(), later);
}

#[test]
fn a_new_refresh_token_whose_lifetime_the_server_omits_has_no_known_end() {
    let mut page = signed_in(shop());
    page.server.refresh_expires_in = None;
    page.get(newer_token()).unwrap();
    assert_eq!(expiries(&page), [None, None]);
}
