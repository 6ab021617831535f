//! How real servers refuse a refresh (docs/servers.md), and the consequence for the session.

use proptest::prelude::*;
use storefront_token_client::core::call::Command;
use storefront_token_client::core::error::Code;
use storefront_token_client::core::event::Reason;
use storefront_token_client::core::response::{Body, ExchangeResult, Response};
use storefront_token_client::core::token::Credentials;

use crate::page::{NEWER, Page, error, plain, tokens};
use crate::verdicts::{json, text};

/// The name of a server, the profile to use, what it says of a refresh token that is no longer valid, and of
/// a wrong client secret. `docs/servers.md` names the versions.
fn servers() -> Vec<(&'static str, &'static str, ExchangeResult, ExchangeResult)> {
    let client = || error(401, "invalid_client");
    vec![
        ("Glewlwyd", "glewlwyd", plain(400, ""), plain(400, "")),
        ("LemonLDAP::NG", "oauth2", error(400, "invalid_request"), client()),
        ("LemonLDAP::NG without the SSO session", "oauth2", error(400, "invalid_grant"), client()),
        ("Doorkeeper", "oauth2", error(400, "invalid_grant"), client()),
        ("@jmondi/oauth2-server", "oauth2", error(400, "invalid_request"), client()),
        ("oidc-provider", "oauth2", error(400, "invalid_grant"), client()),
        ("oauth2orize", "oauth2", error(403, "invalid_grant"), plain(401, "Unauthorized")),
        ("oauth2orize", "oauth2orize", error(403, "invalid_grant"), plain(401, "Unauthorized")),
        ("Canaille", "oauth2", error(400, "invalid_grant"), client()),
        ("Canaille, the user is locked", "authlib", error(400, "invalid_request"), client()),
        ("Mojolicious plugin", "oauth2", error(400, "invalid_grant"), error(400, "unauthorized_client")),
        ("oauth2-server", "oauth2", error(400, "invalid_grant"), error(400, "invalid_client")),
        ("league 9", "oauth2", error(400, "invalid_grant"), client()),
        ("league 6 to 8", "oauth2", error(401, "invalid_request"), client()),
        ("league 5", "oauth2", error(400, "invalid_request"), client()),
        ("bshaffer", "bshaffer", error(400, "invalid_grant"), error(400, "invalid_client")),
        ("OroCommerce", "oro", error(401, "invalid_request"), client()),
    ]
}

#[test]
fn a_refresh_token_that_is_no_longer_valid_ends_the_session_after_at_most_three_requests() {
    for (name, profile, rejection, _) in servers() {
        let mut page = Page::signed_in(profile).next(profile, "secret");
        let error = page.get(NEWER, &mut |_| rejection.clone()).unwrap_err();
        assert_eq!(error.code, Code::LoginRequired, "{name} as {profile}");
        assert_eq!(page.reasons.last(), Some(&Reason::RefreshRejected), "{name} as {profile}");
        assert!(page.requests.len() <= 3, "{name} as {profile}: {} requests", page.requests.len());
        assert_eq!(page.id(), None);
    }
}

#[test]
fn a_wrong_client_secret_keeps_the_session() {
    for (name, profile, _, refusal) in servers() {
        let signed_in = Page::signed_in(profile);
        let mut page = signed_in.next(profile, "wrong");
        for _ in 0..5 {
            let error = page.get(NEWER, &mut |_| refusal.clone()).unwrap_err();
            assert_ne!(error.code, Code::LoginRequired, "{name} as {profile}");
            page.seconds += 20.0;
        }
        assert_eq!(page.id(), signed_in.id(), "{name} as {profile}");
        assert!(!page.reasons.contains(&Reason::RefreshRejected));
        let mut page = page.next(profile, "secret");
        page.seconds += 3600.0;
        assert!(page.get(NEWER, &mut |_| tokens()).is_ok(), "{name} as {profile}");
        assert_eq!(page.id(), signed_in.id(), "{name} as {profile}");
    }
}

#[test]
fn a_wrong_password_is_recognised_if_its_response_differs_from_others() {
    let password = error(400, "invalid_grant");
    let authlib = json(
        400,
        &[
            ("error", text("invalid_request")),
            ("error_description", text("Invalid 'username' or 'password' in request.")),
        ],
    );
    for (profile, response) in [("glewlwyd", plain(403, "")), ("authlib", authlib), ("oauth2", password)] {
        let mut page = Page::open(profile, "secret", None, 0.0);
        let credentials = Credentials::new("ada", "wrong");
        let error = page.get(Command::SignIn(credentials), &mut |_| response.clone()).unwrap_err();
        assert_eq!(error.code, Code::InvalidCredentials, "{profile}");
    }
}

#[test]
fn a_rule_without_a_body_matches_no_response_without_a_json_object() {
    let profile = "oauth2\nerrors login_required status=400\tcontentType=text/html";
    let signed_in = Page::signed_in(profile);
    let mut page = signed_in.next(profile, "secret");
    for _ in 0..5 {
        assert!(page.get(NEWER, &mut |_| plain(400, "<h1>Blocked</h1>")).is_err());
        page.seconds += 120.0;
    }
    assert_eq!(page.id(), signed_in.id());
}

/// Responses that say nothing about a refresh token, wherever they come from.
fn no_rejection() -> impl Strategy<Value = ExchangeResult> {
    let client = ["invalid_client", "unauthorized_client", "unsupported_grant_type", "invalid_scope"];
    prop_oneof![
        Just(ExchangeResult::NoResponse),
        proptest::sample::select(vec![0, 200, 302, 401, 403, 404, 405, 502])
            .prop_map(|status| plain(status, "<p>")),
        proptest::sample::select(vec![429, 500, 502, 503, 504])
            .prop_map(|status| error(status, "server_error")),
        (proptest::sample::select(vec![400, 401]), proptest::sample::select(client.to_vec()))
            .prop_map(|(status, name)| error(status, name)),
        Just(plain(401, "Unauthorized")),
        Just(ExchangeResult::Response(Response::new(200, Body::Cut))),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_session_is_lost_that_the_server_would_still_accept(
        at in 0..servers().len(),
        responses in proptest::collection::vec((no_rejection(), 0.0..200.0, any::<bool>()), 0..40),
    ) {
        let (name, profile, ..) = servers()[at];
        let signed_in = Page::signed_in(profile);
        let mut page = signed_in.next(profile, "secret");
        for (response, pause, reloads) in responses {
            let _ = page.get(NEWER, &mut |_| response.clone());
            page.seconds += pause;
            if reloads {
                page = page.next(profile, "secret");
            }
        }
        page.seconds += 7200.0;
        let last = page.get(NEWER, &mut |_| tokens());
        prop_assert!(last.is_ok(), "{}: {:?}", name, last);
        prop_assert_eq!(page.id(), signed_in.id(), "{}", name);
        prop_assert!(!page.reasons.contains(&Reason::RefreshRejected), "{}", name);
    }

    #[test]
    fn a_single_refusal_among_other_responses_ends_no_session(
        at in 0..servers().len(),
        responses in proptest::collection::vec((no_rejection(), 0.0..200.0), 1..20),
    ) {
        let (name, profile, rejection, _) = servers()[at].clone();
        let first = Page::signed_in(profile).next(profile, "secret").get(NEWER, &mut |sent| {
            if sent == 1 { rejection.clone() } else { error(503, "temporarily_unavailable") }
        });
        // The session ends at once only if the server says plainly that it rejects the refresh token.
        if matches!(&first, Err(error) if error.code == Code::LoginRequired) {
            return Ok(());
        }
        let signed_in = Page::signed_in(profile);
        let mut page = signed_in.next(profile, "secret");
        for (response, pause) in responses {
            if matches!(response, ExchangeResult::NoResponse) {
                continue;
            }
            let mut refused = false;
            let _ = page.get(NEWER, &mut |_| {
                refused = !refused;
                if refused { rejection.clone() } else { response.clone() }
            });
            page.seconds += pause;
            let _ = page.get(NEWER, &mut |_| response.clone());
            page.seconds += pause;
        }
        page.seconds += 7200.0;
        let last = page.get(NEWER, &mut |_| tokens());
        prop_assert!(last.is_ok(), "{}: {:?}", name, last);
        prop_assert_eq!(page.id(), signed_in.id(), "{}", name);
    }
}
