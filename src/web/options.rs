//! Reads what the application gives, after its types were checked.

use std::rc::Rc;

use js_sys::{Array, Function, JsString};
use wasm_bindgen::prelude::*;
use web_sys::AbortSignal;

use super::host;
use super::storage::Storage;
use crate::core::config::{Config, Guest, Options, RefreshMode, Url};
use crate::core::error::{Code, Error};
use crate::core::time::Millis;
use crate::core::token::{ClientSecret, Credentials, Password};

#[wasm_bindgen(module = "/src/web/options.js")]
extern "C" {
    #[wasm_bindgen(catch)]
    fn options(given: &JsValue) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(catch)]
    fn credentials(given: &JsValue) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(catch, js_name = callOptions)]
    fn call_options(given: &JsValue) -> Result<JsValue, JsValue>;
}

/// What a client is made of.
#[derive(Debug)]
pub struct Parts {
    /// What the core needs to know.
    pub config: Rc<Config>,
    /// Where the record is kept.
    pub storage: Storage,
    /// The application's `fetch`.
    pub fetch: Option<Function>,
    /// A Worker's `waitUntil`.
    pub wait_until: Option<Function>,
    /// Whether other pages are spoken to.
    pub shares: bool,
    /// Whether the host's locks keep pages apart.
    pub uses_locks: bool,
    /// What the host does not give.
    pub lacks: Array,
}

/// Reads the options of the constructor.
///
/// # Errors
///
/// [`Code::InvalidOption`], with the option's name.
pub fn parts(given: &JsValue) -> Result<Parts, Error> {
    let read = options(given).map_err(|error| wrong(Code::InvalidOption, &error))?;
    let get = |name| host::get(&read, name);
    let text = |name| get(name).as_string();
    let storage = get("storage");
    let mut options = Options::new(url(&get("tokenEndpoint")));
    options.revocation_endpoint = url(&get("revocationEndpoint"));
    options.server = text("server");
    options.client_id = text("clientId");
    options.client_secret = text("clientSecret").map(ClientSecret::new);
    options.scope = text("scope");
    options.guest = guest(&get("guest"));
    options.allowed_origins = get("allowedOrigins").dyn_ref().map(urls);
    options.refresh =
        if get("onDemand").is_truthy() { RefreshMode::OnDemand } else { RefreshMode::Background };
    options.refresh_lead_time = get("refreshLeadTime").as_f64().map(Millis::from_secs_f64);
    options.timeout = get("timeout").as_f64().map(Millis::from_f64);
    options.storage_key = text("storageKey");
    options.storage_may_recover = storage.is_object();
    options.storage_is_shared = storage.is_object() || storage == "local";
    options.shares = get("shares").is_truthy();
    let shares = options.shares;
    Ok(Parts {
        config: Rc::new(Config::new(options)?),
        storage: Storage::new(storage),
        fetch: get("fetch").dyn_into().ok(),
        wait_until: get("waitUntil").dyn_into().ok(),
        shares,
        uses_locks: get("usesLocks").is_truthy(),
        lacks: get("lacks").unchecked_into(),
    })
}

fn guest(guest: &JsValue) -> Guest {
    if guest.is_object() {
        Guest::As(own_credentials(guest))
    } else if guest.is_truthy() {
        Guest::Own
    } else {
        Guest::Never
    }
}

/// A URL, from its parts.
fn url(parts: &JsValue) -> Option<Url> {
    let parts: &Array = parts.dyn_ref()?;
    let part = |at| String::from(parts.get(at).unchecked_into::<JsString>());
    Some(Url {
        href: part(0),
        origin: part(1),
        protocol: part(2),
        hostname: part(3),
        has_userinfo: parts.get(4).is_truthy(),
    })
}

fn urls(all: &Array) -> Vec<Url> {
    (0..all.length()).filter_map(|at| url(&all.get(at))).collect()
}

/// Reads the credentials of `signIn`.
///
/// # Errors
///
/// [`Code::InvalidArgument`], with the member's name.
pub fn sign_in(given: &JsValue) -> Result<Credentials, Error> {
    credentials(given)
        .map(|read| own_credentials(&read))
        .map_err(|error| wrong(Code::InvalidArgument, &error))
}

fn own_credentials(read: &JsValue) -> Credentials {
    let text = |name| host::get(read, name).as_string().unwrap_or_default();
    Credentials { username: text("username"), password: Password::new(text("password")) }
}

/// The last argument of a call.
#[derive(Debug, Default)]
pub struct CallOptions {
    /// `minValidity`
    pub min_validity: Millis,
    /// `forceRefresh`
    pub force_refresh: bool,
    /// `signal`
    pub signal: Option<AbortSignal>,
}

/// Reads the last argument of a call.
///
/// # Errors
///
/// [`Code::InvalidArgument`], with the member's name.
pub fn call(given: &JsValue) -> Result<CallOptions, Error> {
    if given.is_undefined() {
        return Ok(CallOptions::default());
    }
    let read = call_options(given).map_err(|error| wrong(Code::InvalidArgument, &error))?;
    let get = |name| host::get(&read, name);
    Ok(CallOptions {
        min_validity: Millis::from_secs_f64(get("minValidity").as_f64().unwrap_or_default()),
        force_refresh: get("forceRefresh").is_truthy(),
        signal: Some(get("signal")).filter(JsValue::is_object).map(JsCast::unchecked_into),
    })
}

/// What is wrong with an option or an argument. A getter of the application's may have thrown.
pub fn wrong(code: Code, error: &JsValue) -> Error {
    Error::because(code, &host::get(error, "message").as_string().unwrap_or_default())
}
