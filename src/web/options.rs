//! Reads options and arguments, after options.js has checked their types.

use std::rc::Rc;

use js_sys::{Array, Function, Object};
use wasm_bindgen::prelude::*;

use super::json;
use super::missing_features::MissingFeatures;
use super::storage::Storage;
use crate::core::adoption::Adoption;
use crate::core::config::{Config, Guest, Options, RefreshMode, StorageKind, Url};
use crate::core::error::{Code, Error};
use crate::core::record::Subject;
use crate::core::time::{Millis, WallTime};
use crate::core::token::{ClientSecret, Credentials};

#[wasm_bindgen(module = "/src/web/options.js")]
extern "C" {
    #[wasm_bindgen(catch, js_name = readOptions)]
    fn read_options(given: &JsValue) -> Result<Object, JsValue>;

    #[wasm_bindgen(catch, js_name = readCredentials)]
    fn read_credentials(given: &JsValue) -> Result<Array, JsValue>;

    #[wasm_bindgen(catch, js_name = readAdoption)]
    fn read_adoption(tokens: &JsValue, given: &JsValue) -> Result<Array, JsValue>;
}

/// The parts of a client.
#[derive(Debug)]
pub struct Parts {
    /// The core's part of the options.
    pub config: Rc<Config>,
    /// Where the record is stored.
    pub storage: Storage,
    /// The application's `fetch`.
    pub fetch: Option<Function>,
    /// A Worker's `waitUntil`.
    pub wait_until: Option<Function>,
    /// Whether there may be peers.
    pub has_peers: bool,
    /// Whether exchanges take a Web Lock.
    pub uses_web_locks: bool,
    /// The features that this host is missing.
    pub missing: MissingFeatures,
}

/// Reads the options of the constructor.
///
/// # Errors
///
/// [`Code::InvalidOption`] with the option's name.
pub fn parts(given: &JsValue) -> Result<Parts, Error> {
    let options = read_options(given).map_err(|error| invalid(Code::InvalidOption, &error))?;
    parts_of(&options)
}

/// The parts that these options make, which options.js has read.
///
/// # Errors
///
/// [`Code::InvalidOption`] with the option's name.
pub fn parts_of(options: &Object) -> Result<Parts, Error> {
    let mut read = Reader { values: Object::values(options), at: 0 };
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
        refresh: if read.boolean() { RefreshMode::OnDemand } else { RefreshMode::Background },
        refresh_lead_time: read.number().map(Millis::from_secs_f64),
        timeout: read.number().map(Millis::from_f64),
        storage_key: read.text(),
        has_peers: read.boolean(),
        has_locks: true,
        storage: StorageKind::Page,
    };
    let has_peers = options.has_peers;
    let storage = read.next();
    let has_lock = read.boolean();
    options.has_locks = read.boolean();
    options.storage = if storage.is_object() {
        StorageKind::Custom { has_lock }
    } else if storage == "local" {
        StorageKind::Origin
    } else {
        StorageKind::Page
    };
    Ok(Parts {
        config: Rc::new(Config::new(options)?),
        fetch: read.function(),
        wait_until: read.function(),
        has_peers,
        uses_web_locks: read.boolean(),
        missing: read.next().unchecked_into(),
        storage: Storage::new(storage, read.next()),
    })
}

/// Reads one value after the other. Its methods are not inlined, because each is called many times.
struct Reader {
    values: Array,
    at: u32,
}

impl Reader {
    #[inline(never)]
    fn next(&mut self) -> JsValue {
        self.at += 1;
        self.values.get(self.at - 1)
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
    fn function(&mut self) -> Option<Function> {
        Some(self.next()).filter(|value| !value.is_undefined()).map(JsCast::unchecked_into)
    }

    #[inline(never)]
    fn boolean(&mut self) -> bool {
        self.next().is_truthy()
    }
}

fn guest(guest: &JsValue) -> Guest {
    if guest.is_object() {
        Guest::With(credentials(guest.unchecked_ref()))
    } else if guest.is_truthy() {
        Guest::ByProfile
    } else {
        Guest::Never
    }
}

fn texts(list: &JsValue) -> Vec<String> {
    let list: &Array = list.unchecked_ref();
    (0..list.length()).filter_map(|at| list.get(at).as_string()).collect()
}

/// Reads the credentials of `signIn`.
///
/// # Errors
///
/// [`Code::InvalidArgument`] with the member's name.
pub fn sign_in(given: &JsValue) -> Result<Credentials, Error> {
    read_credentials(given)
        .map(|values| credentials(&values))
        .map_err(|error| invalid(Code::InvalidArgument, &error))
}

/// Credentials from the user name, the password and the additional parameters, which options.js has read.
pub fn credentials(values: &Array) -> Credentials {
    let text = |at| values.get(at).as_string().unwrap_or_default();
    let parameters = json::members(&values.get(2)).unwrap_or_default();
    Credentials::new(text(0), text(1)).with_parameters(parameters)
}

/// Reads the arguments of `adopt`.
///
/// # Errors
///
/// [`Code::InvalidArgument`] with the argument's name.
pub fn adopt(tokens: &JsValue, given: &JsValue, config: &Config) -> Result<Rc<Adoption>, Error> {
    let values = read_adoption(tokens, given).map_err(|error| invalid(Code::InvalidArgument, &error))?;
    adoption(&values, config)
}

/// An adoption from the tokens, whether they are a guest's, and when they were issued, which options.js has read.
///
/// # Errors
///
/// [`Code::InvalidArgument`] if there is no access token that can be used.
pub fn adoption(values: &Array, config: &Config) -> Result<Rc<Adoption>, Error> {
    let tokens = json::members(&values.get(0)).unwrap_or_default();
    let subject = if values.get(1).is_truthy() { Subject::Guest } else { Subject::User };
    let issued_at = WallTime::from_f64(values.get(2).as_f64().unwrap_or_default());
    Adoption::read(config, tokens, subject, issued_at).map(Rc::new)
}

/// The error for an unusable option or argument. options.js throws a string that describes it.
pub fn invalid(code: Code, error: &JsValue) -> Error {
    Error::because(code, &error.as_string().unwrap_or_default())
}
