//! Reads what the application gives: options and arguments, member by member, so that an error can
//! name the one that is wrong.

use std::cell::Cell;
use std::rc::Rc;

use js_sys::{Array, Function, Reflect};
use wasm_bindgen::prelude::*;
use web_sys::AbortSignal;

use super::host;
use super::storage::{Custom, Storage};
use crate::core::config::{Config, Guest, Options, RefreshMode, Url};
use crate::core::error::{Code, Error};
use crate::core::time::Millis;
use crate::core::token::{ClientSecret, Credentials, Password};

type Result<T> = std::result::Result<T, Error>;

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
}

/// Reads the options of the constructor.
pub fn parts(given: &JsValue) -> Result<Parts> {
    let read = Reader::new(given, "options", Code::InvalidOption)?;
    let storage = storage(&read);
    let mut options = Options::new(read.url("tokenEndpoint"));
    options.revocation_endpoint = read.url("revocationEndpoint");
    options.server = read.text("server");
    options.client_id = read.text("clientId");
    options.client_secret = read.text("clientSecret").map(ClientSecret::new);
    options.scope = read.text("scope");
    options.guest = guest(&read);
    options.allowed_origins = read.urls("allowedOrigins");
    options.refresh = refresh(&read);
    options.refresh_lead_time = read.number("refreshLeadTime").map(Millis::from_secs_f64);
    options.timeout = read.number("timeout").map(Millis::from_f64);
    options.storage_key = read.text("storageKey");
    options.storage_may_recover = matches!(storage, Storage::Custom(_));
    let (fetch, wait_until) = (read.function("fetch"), read.function("waitUntil"));
    read.check()?;
    Ok(Parts { config: Rc::new(Config::new(options)?), storage, fetch, wait_until })
}

fn storage(read: &Reader) -> Storage {
    let Some(value) = read.get("storage") else {
        return if host::is_page() { Storage::session() } else { Storage::memory() };
    };
    match value.as_string().as_deref() {
        Some("session") => Storage::session(),
        Some("local") => Storage::local(),
        Some("memory") => Storage::memory(),
        _ => Custom::new(&value).map_or_else(
            || {
                read.wrong(
                    "storage",
                    "must be \"session\", \"local\", \"memory\", or have getItem, setItem and removeItem",
                );
                Storage::memory()
            },
            Storage::Custom,
        ),
    }
}

fn guest(read: &Reader) -> Guest {
    match read.get("guest").map(|value| (value.as_bool(), value)) {
        None | Some((Some(false), _)) => Guest::Never,
        Some((Some(true), _)) => Guest::Own,
        Some((None, value)) => match credentials(&value, "guest", Code::InvalidOption) {
            Ok(credentials) => Guest::As(credentials),
            Err(error) => {
                read.blame(error);
                Guest::Never
            }
        },
    }
}

fn refresh(read: &Reader) -> RefreshMode {
    match read.text("refresh").as_deref() {
        Some("on-demand") => return RefreshMode::OnDemand,
        None if !host::is_page() => return RefreshMode::OnDemand,
        None | Some("background") => {}
        Some(_) => read.wrong("refresh", "must be \"background\" or \"on-demand\""),
    }
    RefreshMode::Background
}

/// Reads the credentials of `signIn`.
pub fn sign_in(value: &JsValue) -> Result<Credentials> {
    credentials(value, "credentials", Code::InvalidArgument)
}

fn credentials(value: &JsValue, name: &str, code: Code) -> Result<Credentials> {
    let read = Reader::new(value, name, code)?;
    let credentials = Credentials {
        username: read.required("username"),
        password: Password::new(read.required("password")),
    };
    read.check()?;
    Ok(credentials)
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
pub fn call_options(value: &JsValue) -> Result<CallOptions> {
    if value.is_undefined() || value.is_null() {
        return Ok(CallOptions::default());
    }
    let read = Reader::new(value, "options", Code::InvalidArgument)?;
    let options = CallOptions {
        min_validity: read.number("minValidity").map_or(Millis::ZERO, Millis::from_secs_f64),
        force_refresh: read.truth("forceRefresh").unwrap_or(false),
        signal: read.signal("signal"),
    };
    read.check()?;
    Ok(options)
}

/// Reads members of an object, and remembers the first that is wrong.
struct Reader<'a> {
    object: &'a JsValue,
    code: Code,
    wrong: Cell<Option<Error>>,
}

impl Reader<'_> {
    fn new<'a>(object: &'a JsValue, name: &str, code: Code) -> Result<Reader<'a>> {
        if object.is_object() {
            Ok(Reader { object, code, wrong: Cell::new(None) })
        } else {
            Err(Error::naming(code, name, "must be an object"))
        }
    }

    fn check(self) -> Result<()> {
        self.wrong.into_inner().map_or(Ok(()), Err)
    }

    fn wrong(&self, name: &str, what: &str) {
        self.blame(Error::naming(self.code, name, what));
    }

    fn blame(&self, error: Error) {
        let first = self.wrong.take();
        self.wrong.set(first.or(Some(error)));
    }

    /// A member that is there. A getter of the application's may throw.
    fn get(&self, name: &str) -> Option<JsValue> {
        let value = Reflect::get(self.object, &name.into());
        if value.is_err() {
            self.wrong(name, "cannot be read");
        }
        value.ok().filter(|value| !value.is_undefined() && !value.is_null())
    }

    fn read<T>(&self, name: &str, what: &str, as_type: fn(JsValue) -> Option<T>) -> Option<T> {
        let value = self.get(name)?;
        let read = as_type(value);
        if read.is_none() {
            self.wrong(name, what);
        }
        read
    }

    fn text(&self, name: &str) -> Option<String> {
        let text = |value: JsValue| value.as_string().filter(|text| !text.is_empty());
        self.read(name, "must be a string that is not empty", text)
    }

    fn required(&self, name: &str) -> String {
        let text = self.text(name);
        if text.is_none() {
            self.wrong(name, "must be a string that is not empty");
        }
        text.unwrap_or_default()
    }

    fn number(&self, name: &str) -> Option<f64> {
        let number = |value: JsValue| value.as_f64().filter(|number| *number >= 0.0);
        self.read(name, "must be a number that is not negative", number)
    }

    fn truth(&self, name: &str) -> Option<bool> {
        self.read(name, "must be true or false", |value| value.as_bool())
    }

    fn function(&self, name: &str) -> Option<Function> {
        self.read(name, "must be a function", |value| value.dyn_into().ok())
    }

    fn signal(&self, name: &str) -> Option<AbortSignal> {
        let signal = |value: JsValue| value.dyn_into().ok();
        self.read(name, "must be an AbortSignal", signal)
    }

    fn url(&self, name: &str) -> Option<Url> {
        self.read(name, "must be an absolute URL", |value| url(&value))
    }

    fn urls(&self, name: &str) -> Option<Vec<Url>> {
        let urls = |value: JsValue| {
            Array::is_array(&value).then(|| Array::from(&value).iter().map(|value| url(&value)).collect())?
        };
        self.read(name, "must be an array of absolute URLs", urls)
    }
}

/// A URL as the host parses it, from a string or a `URL`.
fn url(value: &JsValue) -> Option<Url> {
    let parts = host::url(value)?;
    let part = |at| parts.get(at).as_string();
    Some(Url {
        href: part(0)?,
        origin: part(1)?,
        protocol: part(2)?,
        hostname: part(3)?,
        has_userinfo: parts.get(4).is_truthy(),
    })
}
