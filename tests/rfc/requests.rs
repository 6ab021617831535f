//! The requests to the token endpoint. `tests/web/fetch.rs` shows how the host writes them.

use proptest::prelude::*;
use storefront_token_client::core::client_authentication::SecretPlace;
use storefront_token_client::core::config::{Config, Options, Url};
use storefront_token_client::core::grant::{Grant, Request, revocation};
use storefront_token_client::core::token::{AccessToken, ClientSecret, Credentials, RefreshToken};

pub fn url(href: &str) -> Url {
    let (protocol, rest) = href.split_once("//").unwrap();
    let host = rest.split('/').next().unwrap();
    Url { href: href.to_owned(), origin: format!("{protocol}//{host}") }
}

pub fn config(server: &str, id: Option<&str>, secret: Option<&str>, scope: Option<&str>) -> Config {
    let mut options = Options::new(url("https://shop.example/token"));
    options.server = Some(server.to_owned());
    options.client_id = id.map(str::to_owned);
    options.client_secret = secret.map(ClientSecret::new);
    options.scope = scope.map(str::to_owned);
    options.revocation_endpoint = Some("https://shop.example/revoke".to_owned());
    Config::new(options).unwrap()
}

pub fn password(username: &str, password: &str, guest: Option<&str>) -> Grant {
    Grant::Password { credentials: Credentials::new(username, password), guest: guest.map(AccessToken::new) }
}

pub fn refresh(token: &str) -> Grant {
    Grant::RefreshToken(RefreshToken::new(token))
}

/// The parameters by name and value, as they are.
pub fn parameters(request: &Request) -> Vec<(&str, &str)> {
    request.parameters.iter().map(|(name, value)| (name, value.text().unwrap())).collect()
}

/// The user-id and the password of the Basic scheme, and whether they are form-encoded.
pub fn basic(request: &Request) -> Option<(&str, &str, bool)> {
    let basic = request.basic.as_ref()?;
    Some((&basic.client_id, basic.client_secret.expose(), basic.encoded))
}

/// Compares with a form in which nothing is encoded.
pub fn assert_request(request: &Request, client: Option<(&str, &str, bool)>, form: &str) {
    assert!(!request.json);
    assert_eq!(basic(request), client);
    let pairs: Vec<_> = form.split('&').map(|pair| pair.split_once('=').unwrap()).collect();
    assert_eq!(parameters(request), pairs);
}

#[test]
fn requests_are_written_as_in_rfc_6749() {
    let public = config("oauth2", Some("s6BhdRkqt3"), None, Some("cart orders"));
    let confidential = config("oauth2", Some("s6BhdRkqt3"), Some("7Fjfp0ZBr1KtDRbnfVdmIw"), None);
    let nobody = config("oauth2", None, None, None);
    let basic = Some(("s6BhdRkqt3", "7Fjfp0ZBr1KtDRbnfVdmIw", true));
    let rows = [
        // §4.3.2, and §2.3.1 by header
        (
            &confidential,
            password("johndoe", "A3ddj3w", None),
            basic,
            "grant_type=password&username=johndoe&password=A3ddj3w",
        ),
        // §6
        (
            &confidential,
            refresh("tGzv3JOkF0XG5Qx2TlKWIA"),
            basic,
            "grant_type=refresh_token&refresh_token=tGzv3JOkF0XG5Qx2TlKWIA",
        ),
        // §3.2.1: a public client names itself in the body; §3.3: the scope, for the first grant only
        (
            &public,
            password("johndoe", "A3ddj3w", None),
            None,
            "grant_type=password&username=johndoe&password=A3ddj3w&scope=cart orders&client_id=s6BhdRkqt3",
        ),
        (&public, refresh("t"), None, "grant_type=refresh_token&refresh_token=t&client_id=s6BhdRkqt3"),
        (&nobody, refresh("t"), None, "grant_type=refresh_token&refresh_token=t"),
        // RFC 6749 has no parameter for a guest's token.
        (&nobody, password("a", "b", Some("guest-token")), None, "grant_type=password&username=a&password=b"),
    ];
    for (config, grant, authorization, body) in rows {
        let request = grant.request(config, SecretPlace::ByProfile);
        assert_eq!(request.url, "https://shop.example/token");
        assert_request(&request, authorization, body);
    }
}

#[test]
fn requests_are_written_as_oro_expects_them() {
    let public = config("oro", Some("shop"), None, None);
    let confidential = config("oro", Some("shop"), Some("s%cret"), None);
    let guest = Credentials::new("guest", "guest");
    let rows = [
        (
            &confidential,
            Grant::Guest(Some(guest)),
            "grant_type=password&username=guest&password=guest&client_id=shop&client_secret=s%cret",
        ),
        (
            &public,
            password("a@b.c", "p", Some("gu.e.st")),
            "grant_type=password&username=a@b.c&password=p&visitor_access_token=gu.e.st&client_id=shop",
        ),
        (
            &confidential,
            refresh("def50200"),
            "grant_type=refresh_token&refresh_token=def50200&client_id=shop&client_secret=s%cret",
        ),
    ];
    for (config, grant, body) in rows {
        assert_request(&grant.request(config, SecretPlace::ByProfile), None, body);
    }
}

#[test]
fn revocations_are_written_as_in_rfc_7009() {
    let config = config("oauth2", Some("s6BhdRkqt3"), Some("gX1fBat3bV"), None);
    let request =
        revocation(&config, &RefreshToken::new("45ghiukldjahdnhzdauz"), SecretPlace::ByProfile).unwrap();
    assert_eq!(request.url, "https://shop.example/revoke");
    let body = "token=45ghiukldjahdnhzdauz&token_type_hint=refresh_token";
    assert_request(&request, Some(("s6BhdRkqt3", "gX1fBat3bV", true)), body);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn credentials_are_sent_unchanged(username in any::<String>(), secret in any::<String>()) {
        let request = password(&username, &secret, None).request(&config("oauth2", None, None, None), SecretPlace::ByProfile);
        let expected = [("grant_type", "password"), ("username", &*username), ("password", &*secret)];
        prop_assert_eq!(parameters(&request), expected);
    }
}
