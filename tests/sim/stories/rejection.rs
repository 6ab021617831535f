//! Promise 1: a refresh token is given up only when the server rejects it.

use storefront_token_client::core::config::StorageKind;
use storefront_token_client::core::error::{Code, RESPONSE_LOST};
use storefront_token_client::core::event::Reason;

use crate::calls::newer_token;
use crate::disk::Health;
use crate::page::{DAY, HOUR, MINUTE, Page, SECOND, plain_shop, shop};
use crate::scenario::Scenario;
use crate::server::{Conduct, Rotation};

fn signed_in(shop: Scenario) -> Page {
    let mut page = Page::of(shop);
    page.sign_in().unwrap();
    page
}

#[test]
fn failures_of_every_kind_keep_the_session() {
    let trouble = [
        Conduct::DropsBefore,
        Conduct::TooMany { retry_after: None },
        Conduct::Fails(408),
        Conduct::Fails(500),
        Conduct::FailsInJson(503),
        Conduct::Html(200),
        Conduct::Html(400),
        Conduct::Html(401),
        Conduct::Refuses(401, "invalid_client"),
        Conduct::Refuses(400, "invalid_request"),
        Conduct::Refuses(400, "unauthorized_client"),
        Conduct::Refuses(400, "unsupported_grant_type"),
        Conduct::GivesNoToken,
        Conduct::Redirects,
        Conduct::Hangs { served: false },
    ];
    for conduct in trouble {
        let mut page = signed_in(shop());
        let id = page.view().unwrap().id();
        page.server.conduct = conduct;
        page.pass(DAY);
        assert_eq!(page.view().unwrap().id(), id, "{conduct:?}");
        page.server.conduct = Conduct::Serves;
        page.pass(HOUR);
        page.token();
        assert_eq!(page.view().unwrap().id(), id, "{conduct:?}");
    }
}

#[test]
fn the_session_ends_with_the_dialects_error_for_a_rejected_refresh_token() {
    let words = [
        (shop(), Conduct::Refuses(401, "invalid_request")),
        (shop(), Conduct::Refuses(400, "invalid_grant")),
        (plain_shop(), Conduct::Refuses(400, "invalid_grant")),
        (plain_shop(), Conduct::Refuses(401, "invalid_grant")),
    ];
    for (shop, conduct) in words {
        let mut page = signed_in(shop);
        page.server.conduct = conduct;
        page.pass(HOUR);
        assert_eq!(page.view(), None, "{conduct:?}");
        assert_eq!(page.stored("refresh_token"), None);
        assert_eq!(page.reasons().last(), Some(&Reason::RefreshRejected));
    }
}

#[test]
fn a_call_in_an_ended_session_gets_the_servers_error() {
    let mut page = signed_in(plain_shop());
    page.server.end_all();
    let error = page.get(newer_token()).unwrap_err();
    assert_eq!(error.code, Code::LoginRequired);
    assert_eq!(error.oauth.as_ref().unwrap().error.as_deref(), Some("invalid_grant"));
    assert_eq!(page.token_error().code, Code::LoginRequired);
}

#[test]
fn a_response_lost_after_rotation_ends_the_session_and_is_reported() {
    let mut page = Page::of(shop());
    page.token();
    page.server.conduct = Conduct::DropsAfter;
    page.pass(HOUR);
    page.server.conduct = Conduct::Serves;
    page.pass(HOUR);
    assert_eq!(page.reasons(), [Reason::GuestCreated, Reason::RefreshRejected]);
    page.token();
    assert_eq!(page.reasons().last(), Some(&Reason::GuestReplaced));
}

#[test]
fn a_rejection_after_a_response_that_broke_off_says_that_the_response_was_lost() {
    let mut page = signed_in(plain_shop());
    page.server.conduct = Conduct::CutsTheResponse;
    page.begin(newer_token());
    page.pass(MINUTE);
    page.server.conduct = Conduct::Serves;
    page.pass(HOUR);
    assert_eq!(page.reasons().last(), Some(&Reason::RefreshRejected));
    assert_eq!(page.rejection_detail().as_deref(), Some(RESPONSE_LOST));
}

#[test]
fn a_rejection_after_a_lost_response_reports_that_the_response_was_lost() {
    for lost in [Conduct::Loses(502), Conduct::Loses(504), Conduct::Loses(200)] {
        for meanwhile in [None, Some(Conduct::Fails(503)), Some(Conduct::Refuses(401, "invalid_client"))] {
            let mut page = signed_in(plain_shop());
            for conduct in [Some(lost), meanwhile].into_iter().flatten() {
                page.server.conduct = conduct;
                page.get(newer_token()).unwrap_err();
                page.pass(2 * MINUTE);
            }
            page.server.conduct = Conduct::Serves;
            page.get(newer_token()).unwrap_err();
            assert_eq!(page.reasons().last(), Some(&Reason::RefreshRejected), "{lost:?}, {meanwhile:?}");
            assert_eq!(page.rejection_detail().as_deref(), Some(RESPONSE_LOST), "{lost:?}, {meanwhile:?}");
        }
    }
}

#[test]
fn a_rejection_after_a_response_without_tokens_does_not_say_that_one_was_lost() {
    for conduct in [Conduct::Fails(503), Conduct::Fails(500), Conduct::TooMany { retry_after: None }] {
        let mut page = signed_in(plain_shop());
        page.server.conduct = conduct;
        page.get(newer_token()).unwrap_err();
        page.server.conduct = Conduct::Serves;
        page.server.end_all();
        page.pass(HOUR);
        assert_eq!(page.reasons().last(), Some(&Reason::RefreshRejected), "{conduct:?}");
        assert_eq!(page.rejection_detail(), None, "{conduct:?}");
    }
}

#[test]
fn a_request_lost_before_rotation_loses_nothing() {
    let mut page = Page::of(shop());
    page.token();
    page.server.conduct = Conduct::DropsBefore;
    page.pass(HOUR);
    page.server.conduct = Conduct::Serves;
    page.pass(HOUR);
    page.token();
    assert_eq!(page.reasons(), [Reason::GuestCreated]);
}

#[test]
fn a_response_without_a_refresh_token_leaves_the_old_one_in_use() {
    let mut page = signed_in(Scenario { rotation: Rotation::Omits, ..plain_shop() });
    let old = page.stored("refresh_token").unwrap().to_owned();
    page.get(newer_token()).unwrap();
    assert_eq!(page.stored("refresh_token"), Some(old.as_str()));
    page.pass(DAY);
    page.token();
}

#[test]
fn a_session_without_a_refresh_token_ends_with_its_token() {
    let mut page = signed_in(Scenario { rotation: Rotation::Never, ..plain_shop() });
    page.pass(HOUR - 2 * SECOND);
    page.token();
    page.pass(2 * SECOND);
    assert_eq!(page.reasons(), [Reason::SignedIn, Reason::Expired]);
    assert_eq!(page.token_error().code, Code::LoginRequired);
}

/// Another process may have refreshed the session, and stored the tokens that this one cannot read.
#[test]
fn a_rejection_ends_no_session_while_an_applications_storage_cannot_be_read() {
    for health in [Health::Throws, Health::Hangs] {
        let custom = StorageKind::Custom { has_lock: false };
        let mut page = signed_in(Scenario { storage: custom, ..shop() });
        let id = page.view().unwrap().id();
        let record = page.disk.content.clone();
        page.server.conduct = Conduct::Refuses(400, "invalid_grant");
        page.disk.health = health;
        if health == Health::Hangs {
            page.disk.delay = HOUR;
        }
        assert_eq!(page.get(newer_token()).unwrap_err().code, Code::StorageFailed);
        assert_eq!(page.view().unwrap().id(), id);
        assert_eq!(format!("{:?}", page.disk.content), format!("{record:?}"));
    }
}
