//! Reads what the application gives: options and arguments, member by member, so that an error can
//! name the one that is wrong.

use js_sys::{Array, Function, Reflect};
use wasm_bindgen::prelude::*;
use web_sys::AbortSignal;

use super::host;
use super::storage::{Custom, Storage};
use crate::core::config::{Config, Guest, Options, RefreshMode, Url};
use crate::core::error::Error;
use crate::core::time::Millis;
use crate::core::token::{ClientSecret, Credentials, Password};

type Result<T> = std::result::Result<T, Error>;

/// How an error names what is wrong: an option, or an argument.
type Blame = fn(String) -> Error;

/// What a client is made of.
#[derive(Debug)]
pub struct Parts {
    /// What the core needs to know.
    pub config: Config,
    /// Where the record is kept.
    pub storage: Storage,
    /// The application's `fetch`.
    pub fetch: Option<Function>,
    /// A Worker's `waitUntil`.
    pub wait_until: Option<Function>,
}

/// Reads the options of the constructor.
pub fn parts(options: &JsValue) -> Result<Parts> {
    if !options.is_object() {
        return Err(Error::option("options must be an object with a tokenEndpoint"));
    }
    let read = Reader { object: options, blame: Error::option };
    let storage = storage(&read)?;
    let config = Config::new(Options {
        token_endpoint: read
            .url("tokenEndpoint")?
            .ok_or_else(|| read.wrong("tokenEndpoint", "is required"))?,
        revocation_endpoint: read.url("revocationEndpoint")?,
        server: read.text("server")?,
        client_id: read.text("clientId")?,
        client_secret: read.text("clientSecret")?.map(ClientSecret::new),
        scope: read.text("scope")?,
        guest: guest(&read)?,
        allowed_origins: read.urls("allowedOrigins")?,
        refresh: refresh(&read)?,
        refresh_lead_time: read.number("refreshLeadTime")?.map(Millis::from_secs_f64),
        timeout: read.number("timeout")?.map(Millis::from_f64),
        storage_key: read.text("storageKey")?,
        storage_may_recover: matches!(storage, Storage::Custom(_)),
    })?;
    Ok(Parts { config, storage, fetch: read.function("fetch")?, wait_until: read.function("waitUntil")? })
}

fn storage(read: &Reader) -> Result<Storage> {
    let value = read.get("storage")?;
    let name = match &value {
        Some(value) if value.is_object() => {
            let custom = Custom::new(value).map(Storage::Custom);
            return custom.ok_or_else(|| read.wrong("storage", "must have getItem, setItem and removeItem"));
        }
        Some(value) => value.as_string().unwrap_or_default(),
        None if host::is_page() => "session".to_owned(),
        None => "memory".to_owned(),
    };
    match name.as_str() {
        "session" => Ok(Storage::session()),
        "local" => Ok(Storage::local()),
        "memory" => Ok(Storage::memory()),
        _ => Err(read.wrong("storage", "must be \"session\", \"local\", \"memory\" or a storage")),
    }
}

fn guest(read: &Reader) -> Result<Guest> {
    match read.get("guest")? {
        None => Ok(Guest::Never),
        Some(value) => match value.as_bool() {
            Some(true) => Ok(Guest::Own),
            Some(false) => Ok(Guest::Never),
            None => credentials(&value, read.blame).map(Guest::As),
        },
    }
}

fn refresh(read: &Reader) -> Result<RefreshMode> {
    match read.text("refresh")?.as_deref() {
        Some("background") => Ok(RefreshMode::Background),
        Some("on-demand") => Ok(RefreshMode::OnDemand),
        None if host::is_page() => Ok(RefreshMode::Background),
        None => Ok(RefreshMode::OnDemand),
        Some(_) => Err(read.wrong("refresh", "must be \"background\" or \"on-demand\"")),
    }
}

/// Reads the credentials of `signIn`.
pub fn sign_in(value: &JsValue) -> Result<Credentials> {
    credentials(value, Error::argument)
}

fn credentials(value: &JsValue, blame: Blame) -> Result<Credentials> {
    let read = Reader { object: value, blame };
    if !value.is_object() {
        return Err(blame("credentials must be an object with a username and a password".to_owned()));
    }
    let text = |name| read.text(name)?.ok_or_else(|| read.wrong(name, "is required"));
    Ok(Credentials { username: text("username")?, password: Password::new(text("password")?) })
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
    if !value.is_object() {
        return Err(Error::argument("options must be an object"));
    }
    let read = Reader { object: value, blame: Error::argument };
    Ok(CallOptions {
        min_validity: read.number("minValidity")?.map_or(Millis::ZERO, Millis::from_secs_f64),
        force_refresh: read.truth("forceRefresh")?.unwrap_or(false),
        signal: read.signal("signal")?,
    })
}

struct Reader<'a> {
    object: &'a JsValue,
    blame: Blame,
}

impl Reader<'_> {
    fn wrong(&self, name: &str, what: &str) -> Error {
        (self.blame)([name, what].join(" "))
    }

    /// A member that is there. A getter of the application's may throw.
    fn get(&self, name: &str) -> Result<Option<JsValue>> {
        let value =
            Reflect::get(self.object, &name.into()).map_err(|_| self.wrong(name, "cannot be read"))?;
        Ok((!value.is_undefined() && !value.is_null()).then_some(value))
    }

    fn read<T>(
        &self,
        name: &str,
        what: &str,
        as_type: impl FnOnce(JsValue) -> Option<T>,
    ) -> Result<Option<T>> {
        match self.get(name)? {
            None => Ok(None),
            Some(value) => as_type(value).map(Some).ok_or_else(|| self.wrong(name, what)),
        }
    }

    fn text(&self, name: &str) -> Result<Option<String>> {
        let text = |value: JsValue| value.as_string().filter(|text| !text.is_empty());
        self.read(name, "must be a string that is not empty", text)
    }

    fn number(&self, name: &str) -> Result<Option<f64>> {
        let number = |value: JsValue| value.as_f64().filter(|number| *number >= 0.0);
        self.read(name, "must be a number that is not negative", number)
    }

    fn truth(&self, name: &str) -> Result<Option<bool>> {
        self.read(name, "must be true or false", |value| value.as_bool())
    }

    fn function(&self, name: &str) -> Result<Option<Function>> {
        self.read(name, "must be a function", |value| value.dyn_into().ok())
    }

    fn signal(&self, name: &str) -> Result<Option<AbortSignal>> {
        let signal = |value: JsValue| {
            let listens = host::method(&value, "addEventListener").is_some();
            (listens && host::get(&value, "aborted").as_bool().is_some()).then(|| value.unchecked_into())
        };
        self.read(name, "must be an AbortSignal", signal)
    }

    fn url(&self, name: &str) -> Result<Option<Url>> {
        self.read(name, "must be an absolute URL", |value| url(&value))
    }

    fn urls(&self, name: &str) -> Result<Option<Vec<Url>>> {
        let urls = |value: JsValue| {
            Array::is_array(&value).then(|| Array::from(&value).iter().map(|value| url(&value)).collect())?
        };
        self.read(name, "must be an array of absolute URLs", urls)
    }
}

/// A URL as the host parses it, from a string or a `URL`.
fn url(value: &JsValue) -> Option<Url> {
    let text = value.as_string().or_else(|| host::get(value, "href").as_string())?;
    let url = web_sys::Url::new(&text).ok()?;
    Some(Url {
        href: url.href(),
        origin: url.origin(),
        protocol: url.protocol(),
        hostname: url.hostname(),
        has_userinfo: !url.username().is_empty() || !url.password().is_empty(),
    })
}
