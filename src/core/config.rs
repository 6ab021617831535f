//! The options, checked once into a `Config` that can only be valid.

use super::error::{Code, Error};
use super::server::{ClientAuthentication, ServerProfile};
use super::time::Millis;
use super::token::{ClientSecret, Credentials};

/// A URL to which tokens and passwords may be sent, as the host's parser sees it. The host has
/// looked at it: that it is reached by TLS or on this machine, and has no fragment (RFC 6749 §3.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Url {
    /// The whole.
    pub href: String,
    /// Scheme, host and port (RFC 6454).
    pub origin: String,
}

/// Who becomes the visitor when a token is first asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Guest {
    /// Nobody: a user must sign in.
    #[default]
    Never,
    /// The server's own guest.
    Own,
    /// These credentials.
    As(Credentials),
}

/// When a refresh is begun.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RefreshMode {
    /// Before the access token's life ends, whether or not it is asked for.
    #[default]
    Background,
    /// Only while a call waits for it.
    OnDemand,
}

/// Where the record is stored, and what follows from that.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StorageKind {
    /// In memory or in `sessionStorage`: other pages have a copy at most. If it throws, it is blocked
    /// for good.
    #[default]
    Page,
    /// In `localStorage`: all pages of the origin read and write the same record. If it throws, it is
    /// blocked for good.
    Origin,
    /// In a storage that the application provides. It may be across a network: if it fails, it may
    /// work later. Other clients may read and write the same record.
    Custom {
        /// Whether the storage has a lock of its own, which is released when its holder dies.
        has_lock: bool,
    },
}

impl StorageKind {
    /// Whether other clients read and write the same record.
    pub fn is_shared(self) -> bool {
        self != StorageKind::Page
    }

    /// Whether the storage has a lock of its own.
    pub(super) fn has_lock(self) -> bool {
        self == StorageKind::Custom { has_lock: true }
    }

    /// Whether a record that cannot be read now may be read later.
    pub(super) fn may_recover(self) -> bool {
        matches!(self, StorageKind::Custom { .. })
    }
}

/// The options as the host read them, their types checked.
#[derive(Clone, Debug)]
pub struct Options {
    /// `tokenEndpoint`
    pub token_endpoint: Url,
    /// `revocationEndpoint`
    pub revocation_endpoint: Option<String>,
    /// `server`, as [`ServerProfile::read`] takes it
    pub server: Option<String>,
    /// `clientId`
    pub client_id: Option<String>,
    /// `clientSecret`
    pub client_secret: Option<ClientSecret>,
    /// `scope`
    pub scope: Option<String>,
    /// `guest`
    pub guest: Guest,
    /// `allowedOrigins`
    pub allowed_origins: Vec<String>,
    /// `refresh`
    pub refresh: RefreshMode,
    /// `refreshLeadTime`
    pub refresh_lead_time: Option<Millis>,
    /// `timeout`
    pub timeout: Option<Millis>,
    /// `storageKey`
    pub storage_key: Option<String>,
    /// Where the record is stored.
    pub storage: StorageKind,
    /// `shareAcrossTabs`, where pages can speak to each other.
    pub has_peers: bool,
}

impl Options {
    /// The options that have only a token endpoint.
    pub fn new(token_endpoint: Url) -> Options {
        Options {
            allowed_origins: vec![token_endpoint.origin.clone()],
            token_endpoint,
            revocation_endpoint: None,
            server: None,
            client_id: None,
            client_secret: None,
            scope: None,
            guest: Guest::Never,
            refresh: RefreshMode::Background,
            refresh_lead_time: None,
            timeout: None,
            storage_key: None,
            storage: StorageKind::Page,
            has_peers: false,
        }
    }
}

/// Valid options.
#[derive(Clone, Debug)]
pub struct Config {
    pub(super) options: Options,
    pub(super) server: ServerProfile,
    /// What makes a visitor, if this server knows visitors: credentials, or a grant without.
    pub(super) guest: Option<Option<Credentials>>,
    storage_key: String,
}

impl Config {
    /// How long a call waits when `timeout` is not given.
    const TIMEOUT: Millis = Millis::from_secs(15);

    /// Checks the options.
    ///
    /// # Errors
    ///
    /// [`Code::InvalidOption`], with the option's name.
    pub fn new(options: Options) -> Result<Config, Error> {
        let server = server(options.server.as_deref())?;
        check_client(&options, &server)?;
        Ok(Config {
            guest: guest(&options.guest, &server)?,
            storage_key: options.storage_key.clone().unwrap_or_else(|| default_key(&options, &server)),
            server,
            options,
        })
    }

    /// The token endpoint, or another of the same origin, as the profile's line with this word has
    /// it: a path from there. The host's parser takes the dots out.
    pub(super) fn endpoint(&self, word: &str) -> String {
        let Url { href, origin } = &self.options.token_endpoint;
        let Some(path) = self.server.value(word, "") else { return href.clone() };
        let folder = href.bytes().rposition(|byte| byte == b'/').and_then(|at| href.get(..=at));
        let mut url = folder.filter(|_| !path.starts_with('/')).unwrap_or(origin).to_owned();
        url.push_str(path);
        url
    }

    /// How long a call waits.
    pub(super) fn timeout(&self) -> Millis {
        self.options.timeout.unwrap_or(Config::TIMEOUT)
    }

    /// Whether a visitor is created when a token is first asked for.
    pub(super) fn guest_on_first_use(&self) -> bool {
        !matches!(self.options.guest, Guest::Never)
    }

    /// Whether the token may go to this origin.
    pub fn allows(&self, origin: &str) -> bool {
        self.options.allowed_origins.iter().any(|allowed| allowed == origin)
    }

    /// The key of the record in the storage.
    pub fn storage_key(&self) -> &str {
        &self.storage_key
    }
}

/// A key of its own for each server and client, so that none reads what another has stored.
fn default_key(options: &Options, server: &ServerProfile) -> String {
    let mut key = String::from("storefront-token-client");
    for part in
        [server.name(), &options.token_endpoint.href, options.client_id.as_deref().unwrap_or_default()]
    {
        key.push(' ');
        key.push_str(part);
    }
    key
}

fn server(profile: Option<&str>) -> Result<ServerProfile, Error> {
    let unknown = || Error::naming(Code::InvalidOption, "server", "is not known");
    ServerProfile::read(profile.unwrap_or("oauth2")).ok_or_else(unknown)
}

fn check_client(options: &Options, server: &ServerProfile) -> Result<(), Error> {
    let required = options.client_secret.is_some() || server.value("clientId", "") == Some("required");
    let objection = match &options.client_id {
        None => required.then_some("is required here"),
        Some(_) => {
            (server.client_authentication() == ClientAuthentication::None).then_some("is not for this server")
        }
    };
    objection.map_or(Ok(()), |objection| Err(Error::naming(Code::InvalidOption, "clientId", objection)))
}

fn guest(guest: &Guest, server: &ServerProfile) -> Result<Option<Option<Credentials>>, Error> {
    if let Guest::As(credentials) = guest {
        return Ok(Some(Some(credentials.clone())));
    }
    let own = |name| server.value("guest", name);
    let credentials =
        own("username").zip(own("password")).map(|(username, password)| Credentials::new(username, password));
    let knows = credentials.is_some() || server.value("grants", "guest").is_some();
    if !knows && matches!(guest, Guest::Own) {
        let must = "must give a username and a password for this server";
        return Err(Error::naming(Code::InvalidOption, "guest", must));
    }
    Ok(knows.then_some(credentials))
}
