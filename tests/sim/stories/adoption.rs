//! Adoptions: a session that another client began becomes this page's.

use storefront_token_client::core::adoption::Adoption;
use storefront_token_client::core::call::{Command, Reply};
use storefront_token_client::core::error::Code;
use storefront_token_client::core::event::Reason;
use storefront_token_client::core::grant::GrantKind;
use storefront_token_client::core::io::Input;
use storefront_token_client::core::members::Members;
use storefront_token_client::core::record::Subject;
use storefront_token_client::core::time::WallTime;

use crate::calls::{adopt, sign_in, token};
use crate::disk::{Content, Health};
use crate::page::{DAY, HOUR, MINUTE, Page, SECOND, plain_shop, shop};
use crate::parse::{object, text};
use crate::scenario::Scenario;
use crate::server::{Conduct, ExpiresIn, PASSWORD, Rotation, USERS};

/// The tokens that another client was granted this long ago.
fn grant(page: &mut Page, username: &str, age: i64) -> Members {
    let at = page.clock.real - age;
    page.server.grant_to_another_client(username, at)
}

/// An adoption of a user's tokens that another client was granted this long ago.
fn adopt_user(page: &mut Page, age: i64) -> Command {
    let tokens = grant(page, USERS[0], age);
    adopt(&tokens, Subject::User, page.clock.wall - age)
}

#[test]
fn adopted_tokens_are_used_without_a_request() {
    let mut page = Page::of(shop());
    let adoption = adopt_user(&mut page, MINUTE);
    let Reply::Session(Some(session)) = page.get(adoption).unwrap() else { panic!("there is a session") };
    assert_eq!(session.subject(), Subject::User);
    assert_eq!(page.reasons(), [Reason::Adopted]);
    page.token();
    assert_eq!(page.grants(), []);
}

#[test]
fn adopted_tokens_are_stored_before_they_are_used() {
    let mut page = Page::of(Scenario { disk_delay: SECOND, ..plain_shop() });
    let adoption = adopt_user(&mut page, 0);
    page.begin(adoption);
    page.pass(2 * SECOND + 500);
    let call = page.begin(token());
    assert!(page.reply(call).is_none());
    page.pass(SECOND);
    assert!(page.reply(call).unwrap().is_ok());
    assert_eq!(page.stored("access_token"), Some("SECRET-access-0"));
}

#[test]
fn an_adopted_session_survives_a_reload() {
    let mut page = Page::of(shop());
    let adoption = adopt_user(&mut page, 0);
    page.get(adoption).unwrap();
    page.reload(true);
    page.token();
    assert_eq!(page.view().unwrap().subject(), Subject::User);
    assert_eq!(page.grants(), []);
}

/// The refusals may be about this client.
#[test]
fn refusals_do_not_end_an_adopted_session_that_was_never_refreshed_here() {
    let mut page = Page::of(plain_shop());
    let adoption = adopt_user(&mut page, 0);
    page.get(adoption).unwrap();
    page.server.conduct = Conduct::Refuses(401, "invalid_request");
    page.pass(DAY);
    page.server.conduct = Conduct::Serves;
    page.pass(HOUR);
    page.token();
    assert_eq!(page.reasons(), [Reason::Adopted]);
}

/// The record is also gone when another client of this tab has signed out. Only a message would tell the two cases
/// apart.
#[test]
fn without_peers_a_record_that_is_gone_ends_the_session_also_while_the_server_refuses() {
    let mut page = Page::of(plain_shop());
    let adoption = adopt_user(&mut page, 0);
    page.get(adoption).unwrap();
    page.server.conduct = Conduct::Refuses(401, "invalid_request");
    page.pass(2 * HOUR);
    page.disk.content = Content::Nothing;
    page.pass(DAY);
    assert_eq!(page.reasons(), [Reason::Adopted, Reason::StorageCleared]);
}

#[test]
fn an_expired_token_that_is_adopted_is_refreshed_before_it_is_given_out() {
    let mut page = Page::of(shop());
    let adoption = adopt_user(&mut page, 2 * HOUR);
    page.begin(adoption);
    assert_eq!(page.token(), "SECRET-access-1");
    assert_eq!(page.grants(), [GrantKind::Refresh]);
}

#[test]
fn a_token_that_expired_moments_ago_is_refreshed_too() {
    let mut page = Page::of(plain_shop());
    page.server.expires_in = ExpiresIn::secs(10);
    let adoption = adopt_user(&mut page, 20 * SECOND);
    page.begin(adoption);
    assert_eq!(page.token(), "SECRET-access-1");
}

#[test]
fn tokens_without_a_refresh_token_are_adopted_until_they_expire() {
    let mut page = Page::of(Scenario { rotation: Rotation::Never, ..plain_shop() });
    page.server.expires_in = ExpiresIn::secs(60);
    let adoption = adopt_user(&mut page, 0);
    page.get(adoption).unwrap();
    page.pass(MINUTE);
    assert_eq!(page.reasons(), [Reason::Adopted, Reason::Expired]);
}

#[test]
fn tokens_that_are_adopted_twice_are_one_session() {
    let mut page = Page::of(shop());
    let adoption = adopt_user(&mut page, 0);
    page.get(adoption.clone()).unwrap();
    page.pass(3 * HOUR);
    let newest = page.token();
    page.get(adoption).unwrap();
    assert_eq!(page.token(), newest);
    assert_eq!(page.reasons(), [Reason::Adopted]);
}

#[test]
fn tokens_of_a_session_that_was_signed_out_are_not_adopted_again() {
    let mut page = Page::of(plain_shop());
    let adoption = adopt_user(&mut page, 0);
    page.get(adoption.clone()).unwrap();
    page.sign_out();
    assert_eq!(page.get(adoption).unwrap_err().code, Code::LoginRequired);
}

#[test]
fn a_sign_out_wins_over_an_adoption_that_is_being_stored() {
    let mut page = Page::of(Scenario { disk_delay: SECOND, ..plain_shop() });
    let adoption = adopt_user(&mut page, 0);
    let adopting = page.begin(adoption);
    page.pass(2 * SECOND + 500);
    page.sign_out();
    assert_eq!(page.code(adopting), Some(Code::SignedOut));
    page.reload(true);
    assert_eq!(page.token_error().code, Code::LoginRequired);
}

#[test]
fn an_adopted_user_takes_the_guests_place() {
    let mut page = Page::of(shop());
    page.token();
    let guest = page.view().unwrap().id();
    let adoption = adopt_user(&mut page, 0);
    page.get(adoption).unwrap();
    assert_eq!(page.reasons(), [Reason::GuestCreated, Reason::Adopted]);
    assert_eq!(page.stored("replaces"), Some(guest.to_text().as_str()));
}

#[test]
fn the_refresh_token_of_a_user_whom_an_adoption_replaces_is_revoked() {
    let mut page = Page::of(Scenario { revokes: true, ..plain_shop() });
    page.sign_in().unwrap();
    let tokens = grant(&mut page, USERS[1], 0);
    page.get(adopt(&tokens, Subject::User, page.clock.wall)).unwrap();
    page.pass(SECOND);
    assert!(page.server.families[0].ended);
    assert!(!page.server.families[1].ended);
}

#[test]
fn a_guest_can_be_adopted() {
    let mut page = Page::of(shop());
    let tokens = grant(&mut page, "guest", 0);
    page.get(adopt(&tokens, Subject::Guest, page.clock.wall)).unwrap();
    page.token();
    assert_eq!(page.server.guests(), 1);
}

#[test]
fn tokens_are_adopted_without_a_network() {
    let mut page = Page::of(shop());
    page.handle(Input::Offline);
    let adoption = adopt_user(&mut page, 0);
    page.get(adoption).unwrap();
    page.token();
}

#[test]
fn tokens_are_adopted_although_the_storage_is_full() {
    let mut page = Page::of(plain_shop());
    page.disk.health = Health::Full;
    let adoption = adopt_user(&mut page, 0);
    page.get(adoption).unwrap();
    page.token();
}

#[test]
fn an_adoption_waits_for_a_sign_in_and_then_takes_its_place() {
    let mut page = Page::of(plain_shop());
    let signing_in = page.begin(sign_in(PASSWORD));
    let adoption = adopt_user(&mut page, 0);
    let adopting = page.begin(adoption);
    page.pass(SECOND);
    assert!(page.reply(signing_in).unwrap().is_ok());
    assert!(page.reply(adopting).unwrap().is_ok());
    assert_eq!(page.reasons(), [Reason::SignedIn, Reason::Adopted]);
}

#[test]
fn an_adopted_refresh_token_that_the_server_rejects_ends_the_session() {
    let mut page = Page::of(plain_shop());
    let adoption = adopt_user(&mut page, 2 * HOUR);
    page.server.end_all();
    page.get(adoption.clone()).unwrap();
    assert_eq!(page.token_error().code, Code::LoginRequired);
    assert_eq!(page.reasons(), [Reason::Adopted, Reason::RefreshRejected]);
    assert_eq!(page.get(adoption).unwrap_err().code, Code::LoginRequired);
}

#[test]
fn an_adopted_session_is_kept_while_the_server_fails() {
    let mut page = Page::of(plain_shop());
    let adoption = adopt_user(&mut page, 2 * HOUR);
    page.server.conduct = Conduct::Fails(503);
    page.get(adoption).unwrap();
    page.pass(HOUR);
    page.server.conduct = Conduct::Serves;
    page.pass(10 * MINUTE);
    page.token();
}

#[test]
fn tokens_that_are_not_bearer_tokens_are_refused() {
    let read = |tokens: &Members| {
        let at = WallTime::from_f64(0.0);
        Adoption::read(&shop().config(), tokens.clone(), Subject::User, at).map(drop)
    };
    let access_token = ("access_token", text("SECRET-a"));
    for tokens in [
        object(&[access_token.clone(), ("token_type", text("dpop"))]),
        object(&[("refresh_token", text("SECRET-r"))]),
        object(&[("access_token", text("two words"))]),
    ] {
        assert_eq!(read(&tokens).unwrap_err().code, Code::InvalidArgument);
    }
    assert!(read(&object(&[access_token, ("token_type", text("bearer"))])).is_ok());
}
