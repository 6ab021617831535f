//! Reads what the application gives, after its types were checked.

use std::rc::Rc;

use js_sys::{Array, Function};
use wasm_bindgen::prelude::*;
use web_sys::AbortSignal;

use super::storage::Storage;
use crate::core::config::{Config, Guest, Options, RefreshMode, StorageKind, Url};
use crate::core::error::{Code, Error};
use crate::core::time::Millis;
use crate::core::token::{ClientSecret, Credentials};

#[wasm_bindgen(module = "/src/web/options.js")]
extern "C" {
    #[wasm_bindgen(catch)]
    fn options(given: &JsValue) -> Result<Array, JsValue>;

    #[wasm_bindgen(catch)]
    fn credentials(given: &JsValue) -> Result<Array, JsValue>;

    #[wasm_bindgen(catch, js_name = callOptions)]
    fn call_options(given: &JsValue) -> Result<Array, JsValue>;
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
    let mut read = Reader { read, at: 0 };
    // In the order of options.js.
    let mut options = Options {
        token_endpoint: Url {
            href: read.text().unwrap_or_default(),
            origin: read.text().unwrap_or_default(),
        },
        revocation_endpoint: read.text(),
        server: read.text(),
        client_id: read.text(),
        client_secret: read.text().map(ClientSecret::new),
        scope: read.text(),
        guest: guest(&read.next()),
        allowed_origins: texts(&read.next()),
        refresh: if read.truth() { RefreshMode::OnDemand } else { RefreshMode::Background },
        refresh_lead_time: read.number().map(Millis::from_secs_f64),
        timeout: read.number().map(Millis::from_f64),
        storage_key: read.text(),
        has_peers: read.truth(),
        storage: StorageKind::Page,
    };
    let shares = options.has_peers;
    let storage = read.next();
    let has_lock = read.truth();
    options.storage = if storage.is_object() {
        StorageKind::Custom { has_lock }
    } else if storage == "local" {
        StorageKind::Origin
    } else {
        StorageKind::Page
    };
    Ok(Parts {
        config: Rc::new(Config::new(options)?),
        storage: Storage::new(storage),
        fetch: read.next().dyn_into().ok(),
        wait_until: read.next().dyn_into().ok(),
        shares,
        uses_locks: read.truth(),
        lacks: read.next().unchecked_into(),
    })
}

/// Takes one value after the other. Not inlined: there are twenty.
struct Reader {
    read: Array,
    at: u32,
}

impl Reader {
    #[inline(never)]
    fn next(&mut self) -> JsValue {
        self.at += 1;
        self.read.get(self.at - 1)
    }

    #[inline(never)]
    fn text(&mut self) -> Option<String> {
        self.next().as_string()
    }

    #[inline(never)]
    fn number(&mut self) -> Option<f64> {
        self.next().as_f64()
    }

    #[inline(never)]
    fn truth(&mut self) -> bool {
        self.next().is_truthy()
    }
}

fn guest(guest: &JsValue) -> Guest {
    if let Some(read) = guest.dyn_ref() {
        Guest::As(own_credentials(read))
    } else if guest.is_truthy() {
        Guest::Own
    } else {
        Guest::Never
    }
}

fn texts(all: &JsValue) -> Vec<String> {
    let all: &Array = all.unchecked_ref();
    (0..all.length()).filter_map(|at| all.get(at).as_string()).collect()
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

fn own_credentials(read: &Array) -> Credentials {
    let text = |at| read.get(at).as_string().unwrap_or_default();
    Credentials::new(text(0), text(1))
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
    Ok(CallOptions {
        signal: Some(read.get(0)).filter(JsValue::is_object).map(JsCast::unchecked_into),
        min_validity: Millis::from_secs_f64(read.get(1).as_f64().unwrap_or_default()),
        force_refresh: read.get(2).is_truthy(),
    })
}

/// What is wrong with an option or an argument: the host's part throws a text that says so.
pub fn wrong(code: Code, error: &JsValue) -> Error {
    Error::because(code, &error.as_string().unwrap_or_default())
}
