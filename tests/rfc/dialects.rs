//! Requests and responses that only one server has.

use storefront_token_client::core::client_authentication::SecretPlace;
use storefront_token_client::core::config::{Config, Guest, Options};
use storefront_token_client::core::error::{Code, OAuthError};
use storefront_token_client::core::grant::Grant;
use storefront_token_client::core::members::Value;
use storefront_token_client::core::response::ExchangeResult;
use storefront_token_client::core::time::{Lifetime, Millis};
use storefront_token_client::core::token::ClientSecret;
use storefront_token_client::core::verdict::{Verdict, judge};

use crate::requests::{assert_request, basic, config, parameters, password, refresh, url};
use crate::verdicts::{json, profile, sign_in, text};

#[test]
fn veeam_has_no_clients_and_names_of_its_own() {
    let config = config("veeam-ahv", None, None, None);
    let sign_in = password("administrator", "Password1", None).request(&config, SecretPlace::ByProfile);
    assert_request(&sign_in, None, "grantType=Password&userName=administrator&password=Password1");
    assert_request(
        &refresh("abc").request(&config, SecretPlace::ByProfile),
        None,
        "grantType=RefreshToken&refreshToken=abc",
    );
}

#[test]
fn servers_that_do_not_decode_basic_get_it_without_encoding() {
    for server in ["wso2", "bshaffer", "commercetools"] {
        let request =
            refresh("t").request(&config(server, Some("i d"), Some("s%c/t+é"), None), SecretPlace::ByProfile);
        assert_eq!(basic(&request), Some(("i d", "s%c/t+é", false)), "{server}");
        // A colon would cut the secret in two: it goes in the body, and only there.
        let request =
            refresh("t").request(&config(server, Some("id"), Some("a:b"), None), SecretPlace::ByProfile);
        let body = "grant_type=refresh_token&refresh_token=t&client_id=id&client_secret=a:b";
        assert_request(&request, None, body);
    }
}

#[test]
fn commercetools_has_an_endpoint_for_each_grant() {
    let mut options = Options::new(url("https://auth.example/oauth/shop/customers/token"));
    options.server = Some(String::from("commercetools"));
    options.client_id = Some(String::from("id"));
    options.client_secret = Some(ClientSecret::new("secret"));
    options.scope = Some(String::from("manage_my_orders:shop"));
    options.guest = Guest::ByProfile;
    let config = Config::new(options).unwrap();
    let rows = [
        (
            password("a@b.c", "p", None),
            "https://auth.example/oauth/shop/customers/token",
            "grant_type=password&username=a@b.c&password=p&scope=manage_my_orders:shop",
        ),
        // The host's parser takes the dots out: /oauth/shop/anonymous/token and /oauth/token
        (
            Grant::Guest(None),
            "https://auth.example/oauth/shop/customers/../anonymous/token",
            "grant_type=client_credentials&scope=manage_my_orders:shop",
        ),
        (
            refresh("shop:t"),
            "https://auth.example/oauth/shop/customers/../../token",
            "grant_type=refresh_token&refresh_token=shop:t",
        ),
    ];
    for (grant, url, body) in rows {
        let request = grant.request(&config, SecretPlace::ByProfile);
        assert_eq!(request.url, url);
        assert_request(&request, Some(("id", "secret", false)), body);
    }
}

#[test]
fn a_profile_outweighs_the_preset_that_it_begins_with() {
    let server = "veeam-ahv\nbody json\nclientAuthentication client_secret_post\nnames username login\n\
                  parameters longLived true\nparameters empty \nheaders x-api-version 1.1 rev 2";
    let request =
        password("a", "b", None).request(&config(server, Some("id"), None, None), SecretPlace::ByProfile);
    assert!(request.json);
    let expected = [
        ("grantType", "Password"),
        ("login", "a"),
        ("password", "b"),
        ("client_id", "id"),
        ("longLived", "true"),
        ("empty", ""),
    ];
    assert_eq!(parameters(&request), expected);
    assert_eq!(request.headers.text("x-api-version"), Some("1.1 rev 2"));
}

#[test]
fn a_client_id_is_required_where_the_server_has_clients_and_refused_where_it_has_none() {
    let refusal = |server: &str, id: Option<&str>, secret: Option<&str>| {
        let mut options = Options::new(url("https://shop.example/token"));
        options.server = Some(server.to_owned());
        options.client_id = id.map(str::to_owned);
        options.client_secret = secret.map(ClientSecret::new);
        Config::new(options).err().map(|error| error.message())
    };
    for server in ["oro", "wso2", "bshaffer", "keycloak", "commercetools"] {
        assert_eq!(
            refusal(server, None, None).unwrap(),
            "Invalid option: clientId is required with this server"
        );
        assert_eq!(refusal(server, Some("id"), None), None, "{server}");
    }
    let refused = refusal("oauth2", None, Some("secret")).unwrap();
    assert_eq!(refused, "Invalid option: clientId is required with a clientSecret");
    assert!(refusal("veeam-ahv", Some("id"), None).unwrap().contains("clientId"));
    assert_eq!(refusal("veeam-ahv", None, None), None);
    for unknown in ["", "orocommerce", "ORO", "\noro", "oro body"] {
        assert!(refusal(unknown, None, None).unwrap().contains("server"), "{unknown:?}");
    }
}

#[test]
fn veeams_responses_are_read_in_both_spellings() {
    let responses = [
        [
            ("accessToken", text("a")),
            ("refreshToken", text("r")),
            ("accessTokenExpiresAt", Value::Number(1800.0)),
        ],
        // As Veeam's documentation spells them
        [
            ("access_token", text("a")),
            ("accessTokenExpiresAt", Value::Number(1800.0)),
            ("refresh_token", text("r")),
        ],
        [("accessToken", text("a")), ("access_token", Value::Null), ("refreshToken", text("r"))],
    ];
    for (at, members) in responses.iter().enumerate() {
        let verdict = judge(&profile("veeam-ahv"), &refresh("t"), &json(200, members));
        let Verdict::Granted(granted) = verdict else { panic!("{verdict:?}") };
        assert_eq!(granted.access_token.expose(), "a");
        assert_eq!(granted.refresh_token.unwrap().expose(), "r");
        let lifetime = if at == 2 { Lifetime::Unknown } else { Lifetime::Known(Millis::from_secs(1800)) };
        assert_eq!(granted.lifetime, lifetime, "the host gives a moment as the seconds until then");
    }
    // To the other profiles these members are unknown.
    let verdict = judge(&profile("oauth2"), &refresh("t"), &json(200, &responses[0]));
    assert!(matches!(verdict, Verdict::Failed(error) if error.code == Code::InvalidAnswer));
}

#[test]
fn members_come_in_any_order_and_unknown_ones_are_ignored() {
    let mut members = vec![
        ("scope", Value::Null),
        ("id_token", text("x")),
        ("expires_in", Value::Number(3600.0)),
        ("refresh_token", text("r")),
        ("not-before-policy", Value::Number(0.0)),
        ("refresh_expires_in", Value::Number(-4.0)),
        ("access_token", text("a")),
    ];
    for _ in 0..members.len() {
        members.rotate_left(1);
        let Verdict::Granted(granted) = judge(&profile("keycloak"), &refresh("t"), &json(200, &members))
        else {
            panic!()
        };
        assert_eq!((granted.access_token.expose(), granted.scope), ("a", None));
        assert_eq!(granted.lifetime, Lifetime::Known(Millis::from_secs(3600)));
    }
}

#[test]
fn words_that_repeat_a_secret_are_judged_and_not_shown() {
    let members = [("error", text("gone")), ("detail", text("no pass:word")), ("hint", text("h"))];
    let ExchangeResult::Response(mut response) = json(400, &members) else { panic!() };
    response.repeating = vec![String::from("detail"), String::from("hint")];
    let rules = "veeam-ahv\nerrors account_locked detail=no pass:word";
    let verdict = judge(&profile(rules), &sign_in(), &ExchangeResult::Response(response));
    let Verdict::Failed(error) = verdict else { panic!() };
    assert_eq!(error.code, Code::AccountLocked);
    let oauth = error.oauth.as_deref().unwrap();
    assert_eq!(oauth, &OAuthError { error: Some(String::from("gone")), ..OAuthError::default() });
}

#[test]
fn a_rule_without_a_condition_proves_nothing() {
    let response = json(401, &[("message", text("gone"))]);
    for (rule, rejects) in
        [("", false), ("=", false), ("\t", false), ("message=gone\t=", false), ("message=gone", true)]
    {
        let server = format!("oauth2\nerrors login_required {rule}");
        let verdict = judge(&profile(&server), &refresh("t"), &response);
        assert_eq!(matches!(verdict, Verdict::RefreshTokenRejected(_)), rejects, "{rule:?}");
    }
}
