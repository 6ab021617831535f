//! The bytes that go out.

use proptest::prelude::*;
use storefront_token_client::core::config::{Config, Options, Url};
use storefront_token_client::core::error::Code;
use storefront_token_client::core::grant::{Grant, Request, revocation};
use storefront_token_client::core::token::{AccessToken, ClientSecret, Credentials, Password, RefreshToken};

pub fn url(href: &str) -> Url {
    let (protocol, rest) = href.split_once("//").unwrap();
    let host = rest.split('/').next().unwrap();
    let hostname = if host.starts_with('[') { host } else { host.split(':').next().unwrap() };
    Url {
        href: href.to_owned(),
        origin: format!("{protocol}//{host}"),
        protocol: protocol.to_owned(),
        hostname: hostname.to_owned(),
        has_userinfo: false,
    }
}

pub fn config(server: &str, id: Option<&str>, secret: Option<&str>, scope: Option<&str>) -> Config {
    let mut options = Options::new(url("https://shop.example/token"));
    options.server = Some(server.to_owned());
    options.client_id = id.map(str::to_owned);
    options.client_secret = secret.map(ClientSecret::new);
    options.scope = scope.map(str::to_owned);
    options.revocation_endpoint = Some(url("https://shop.example/revoke"));
    Config::new(options).unwrap()
}

pub fn password(username: &str, password: &str, visitor: Option<&str>) -> Grant {
    Grant::Password {
        credentials: Credentials { username: username.to_owned(), password: Password::new(password) },
        visitor: visitor.map(AccessToken::new),
    }
}

pub fn refresh(token: &str) -> Grant {
    Grant::RefreshToken(RefreshToken::new(token))
}

pub fn assert_request(request: &Request, user_pass: Option<&str>, body: &str) {
    assert_eq!(request.content_type, "application/x-www-form-urlencoded");
    assert_eq!(request.user_pass.as_ref().map(|value| value.expose()), user_pass);
    assert_eq!(request.body.expose(), body);
}

#[test]
fn requests_as_rfc_6749_writes_them() {
    let public = config("oauth2", Some("s6BhdRkqt3"), None, Some("cart orders"));
    let confidential = config("oauth2", Some("s6BhdRkqt3"), Some("7Fjfp0ZBr1KtDRbnfVdmIw"), None);
    let nobody = config("oauth2", None, None, None);
    let basic = Some("s6BhdRkqt3:7Fjfp0ZBr1KtDRbnfVdmIw");
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
            "grant_type=password&username=johndoe&password=A3ddj3w&scope=cart+orders&client_id=s6BhdRkqt3",
        ),
        (&public, refresh("t"), None, "grant_type=refresh_token&refresh_token=t&client_id=s6BhdRkqt3"),
        (&nobody, refresh("t"), None, "grant_type=refresh_token&refresh_token=t"),
        // A visitor is no part of RFC 6749.
        (&nobody, password("a", "b", Some("visitor")), None, "grant_type=password&username=a&password=b"),
    ];
    for (config, grant, authorization, body) in rows {
        let request = grant.request(config);
        assert_eq!(request.url, "https://shop.example/token");
        assert_request(&request, authorization, body);
    }
}

#[test]
fn requests_as_oro_takes_them() {
    let public = config("oro", Some("shop"), None, None);
    let confidential = config("oro", Some("shop"), Some("s&cret"), None);
    let guest = Credentials { username: String::from("guest"), password: Password::new("guest") };
    let rows = [
        (
            &confidential,
            Grant::Guest(Some(guest)),
            "grant_type=password&username=guest&password=guest&client_id=shop&client_secret=s%26cret",
        ),
        (
            &public,
            password("a@b.c", "p", Some("vis.it.or")),
            "grant_type=password&username=a%40b.c&password=p&visitor_access_token=vis.it.or&client_id=shop",
        ),
        (
            &confidential,
            refresh("def50200"),
            "grant_type=refresh_token&refresh_token=def50200&client_id=shop&client_secret=s%26cret",
        ),
    ];
    for (config, grant, body) in rows {
        assert_request(&grant.request(config), None, body);
    }
}

#[test]
fn revocations_as_rfc_7009_writes_them() {
    let config = config("oauth2", Some("s6BhdRkqt3"), Some("gX1fBat3bV"), None);
    let request = revocation(&config, &RefreshToken::new("45ghiukldjahdnhzdauz")).unwrap();
    assert_eq!(request.url, "https://shop.example/revoke");
    let body = "token=45ghiukldjahdnhzdauz&token_type_hint=refresh_token";
    assert_request(&request, Some("s6BhdRkqt3:gX1fBat3bV"), body);
}

#[test]
fn both_parts_of_basic_are_form_encoded_first() {
    let rows = [
        ("id", "", "id:"),
        ("id", "a:b", "id:a%3Ab"),
        ("i d", "100%", "i+d:100%25"),
        ("id", "é", "id:%C3%A9"),
    ];
    for (id, secret, expected) in rows {
        let request = refresh("t").request(&config("oauth2", Some(id), Some(secret), None));
        assert_request(&request, Some(expected), "grant_type=refresh_token&refresh_token=t");
    }
}

#[test]
fn hostile_credentials_stay_in_their_parameter() {
    let rows = [
        ("a&b", "a%26b"),
        ("a=b", "a%3Db"),
        ("100%", "100%25"),
        ("a+b c", "a%2Bb+c"),
        ("\"'`", "%22%27%60"),
        ("a\r\nb\0", "a%0D%0Ab%00"),
        ("&password=x#?/", "%26password%3Dx%23%3F%2F"),
        ("👍é", "%F0%9F%91%8D%C3%A9"),
        ("*-._~", "*-._%7E"),
        ("", ""),
    ];
    for (hostile, encoded) in rows {
        let request = password(hostile, hostile, None).request(&config("oauth2", None, None, None));
        let body = format!("grant_type=password&username={encoded}&password={encoded}");
        assert_request(&request, None, &body);
    }
    let long = "é".repeat(10_000);
    let request = password(&long, "p", None).request(&config("oauth2", None, None, None));
    assert_eq!(request.body.expose().len(), "grant_type=password&username=&password=p".len() + 60_000);
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digits: Vec<u8> = rest.by_ref().take(2).collect();
                u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap()
            }
            other => other,
        });
    }
    String::from_utf8(bytes).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_parameter_comes_through(username in any::<String>(), secret in any::<String>()) {
        let request = password(&username, &secret, None).request(&config("oauth2", None, None, None));
        let pairs: Vec<(String, String)> = request.body.expose().split('&')
            .map(|pair| pair.split_once('=').unwrap())
            .map(|(name, value)| (decoded(name), decoded(value)))
            .collect();
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let expected = [pair("grant_type", "password"), pair("username", &username), pair("password", &secret)];
        prop_assert_eq!(pairs, expected);
    }
}

#[test]
fn the_token_endpoint_is_reached_by_tls_or_on_this_machine() {
    let rows = [
        ("https://shop.example/t", true),
        ("http://localhost:8080/t", true),
        ("http://shop.localhost/t", true),
        ("http://127.0.0.1:8080/t", true),
        ("http://[::1]/t", true),
        ("http://shop.example/t", false),
        ("http://localhost.example/t", false),
        ("http://127.0.0.1.example/t", false),
        ("https://shop.example/t#here", false),
        ("ftp://shop.example/t", false),
        ("file:///t", false),
    ];
    for (href, accepted) in rows {
        let result = Config::new(Options::new(url(href)));
        assert_eq!(result.is_ok(), accepted, "{href}");
        if let Err(error) = result {
            assert_eq!(error.code, Code::InvalidOption);
            assert!(error.message().contains("tokenEndpoint"), "{error}");
        }
    }
    assert_eq!(Config::new(Options::new(None)).unwrap_err().code, Code::InvalidOption);
}
