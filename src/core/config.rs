//! The options. [`Config::new`] checks them once; a [`Config`] is always valid.

use super::client_authentication::SecretPlace;
use super::error::{Code, Error};
use super::server::{ClientAuthentication, ServerProfile};
use super::text::checksum;
use super::time::Millis;
use super::token::{ClientSecret, Credentials};

/// A URL to which tokens and passwords may be sent, as the host's URL parser serialises it. The host has
/// checked that it has no fragment (RFC 6749 §3.2) and uses TLS or a loopback address (§3.1.2.1, §3.2).
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "recorder", derive(serde::Serialize, serde::Deserialize))]
pub struct Url {
    /// The whole URL.
    pub href: String,
    /// Scheme, host and port (RFC 6454 §6.2).
    pub origin: String,
}

/// Whether the client creates a guest when a token is first needed.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(feature = "recorder", derive(serde::Serialize, serde::Deserialize))]
pub enum Guest {
    /// It creates none: a user must sign in.
    #[default]
    Never,
    /// It creates one in the way of the server's profile.
    ByProfile,
    /// It creates one with these credentials.
    With(Credentials),
}

/// When the client refreshes an access token.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "recorder", derive(serde::Serialize, serde::Deserialize))]
pub enum RefreshMode {
    /// Shortly before it expires, whether or not a call needs it. This needs timers.
    #[default]
    Background,
    /// Only while a call waits for a token.
    OnDemand,
}

/// Where the record is stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "recorder", derive(serde::Serialize, serde::Deserialize))]
pub enum StorageKind {
    /// In memory or in `sessionStorage`: no other page reads this record, but a page may begin with a copy of it. A
    /// storage that cannot be read counts as empty.
    #[default]
    Page,
    /// In `localStorage`: all pages of the origin read and write the same record. A storage that cannot be read counts
    /// as empty.
    Origin,
    /// In a storage that the application provides. Other clients may read and write the same record. The storage may be
    /// across a network: if the first read fails, so do the calls that wait for it, and the next call reads again.
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

    /// Whether the application provides the storage.
    pub(super) fn is_custom(self) -> bool {
        matches!(self, StorageKind::Custom { .. })
    }
}

/// The options of a client, which the host has read and type-checked. The defaults are those of
/// [`Options::new`].
#[derive(Clone, Debug)]
#[cfg_attr(feature = "recorder", derive(serde::Serialize, serde::Deserialize))]
pub struct Options {
    /// `tokenEndpoint`: where token requests go (RFC 6749 §3.2). No default.
    pub token_endpoint: Url,
    /// `revocationEndpoint`: where a sign-out revokes the refresh token (RFC 7009 §2). Default: nowhere;
    /// the token is only forgotten.
    pub revocation_endpoint: Option<String>,
    /// `server`: the server's dialect, as [`ServerProfile::read`] takes it. Default: `oauth2`, which is
    /// RFC 6749.
    pub server: Option<String>,
    /// `clientId`: the client identifier (RFC 6749 §2.2). Default: none; some profiles require one.
    pub client_id: Option<String>,
    /// `clientSecret`: the client password (RFC 6749 §2.3.1). Default: none, a public client.
    pub client_secret: Option<ClientSecret>,
    /// `scope`: the scope to request, separated by spaces (RFC 6749 §3.3). Default: none, so that the
    /// server chooses.
    pub scope: Option<String>,
    /// `guest`: whether a guest is created when a token is first needed. Default: [`Guest::Never`].
    pub guest: Guest,
    /// `allowedOrigins`: the origins to which `fetch` may send the access token. Default: the token
    /// endpoint's.
    pub allowed_origins: Vec<String>,
    /// `refresh`: when the access token is refreshed. Default: [`RefreshMode::Background`].
    pub refresh: RefreshMode,
    /// `refreshLeadTime`: how long before its expiry the access token is refreshed, at most half of its
    /// lifetime. Default: a fifth of the lifetime, at most 60 seconds.
    pub refresh_lead_time: Option<Millis>,
    /// `timeout`: how long a call waits. The exchange that it waits for goes on after that. Default:
    /// 15 seconds.
    pub timeout: Option<Millis>,
    /// `storageKey`: the key of the record in the storage. Default: a key made of the server's profile,
    /// the token endpoint and the client identifier.
    pub storage_key: Option<String>,
    /// `storage`: where the record is stored. Default: [`StorageKind::Page`].
    pub storage: StorageKind,
    /// `shareAcrossTabs`: whether this client exchanges messages with peers, that is, with other pages
    /// of the same origin. Default: false.
    pub has_peers: bool,
    /// Whether [`Effect::Lock`](super::io::Effect::Lock) keeps the peers out: the host has locks, or the
    /// storage has one of its own. Default: true. Without locks a page announces each exchange, and waits
    /// for the replies of the registered pages, and 100 ms for objections of others.
    pub has_locks: bool,
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
            has_locks: true,
        }
    }
}

/// Valid options.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "recorder", derive(serde::Serialize, serde::Deserialize))]
pub struct Config {
    pub(super) options: Options,
    pub(super) server: ServerProfile,
    /// The grant for guests, if there can be guests.
    pub(super) guest_grant: Option<GuestGrant>,
    /// A checksum of the client secret and the server's profile.
    pub(super) checksum: i32,
    pub(super) storage_key: String,
}

/// How a guest is created: with credentials, or with a grant that needs none.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "recorder", derive(serde::Serialize, serde::Deserialize))]
pub(super) struct GuestGrant(pub(super) Option<Credentials>);

impl Config {
    /// How long a call waits if the option `timeout` is not given.
    const TIMEOUT: Millis = Millis::from_secs(15);

    /// Checks the options.
    ///
    /// # Errors
    ///
    /// [`Code::InvalidOption`], with the option's name.
    pub fn new(options: Options) -> Result<Config, Error> {
        let server = server(options.server.as_deref())?;
        check_client(&options, &server)?;
        let secret = options.client_secret.as_ref().map_or("", |secret| secret.expose());
        Ok(Config {
            guest_grant: guest_grant(&options.guest, &server)?,
            checksum: checksum(secret, checksum(server.lines(), 0)),
            storage_key: options.storage_key.clone().unwrap_or_else(|| default_key(&options, &server)),
            server,
            options,
        })
    }

    /// Stands for the client secret, its place, and the server's profile. A record has the checksum of the client to which
    /// the server granted its tokens: if it differs from this client's, the server may refuse them for that reason.
    pub(super) fn client_checksum(&self, secret_place: SecretPlace) -> i32 {
        match secret_place {
            SecretPlace::ByProfile => self.checksum,
            // `!checksum` is negative, and no checksum is: no client with the secret in the other place has this number.
            SecretPlace::Header => !self.checksum,
        }
    }

    /// The token endpoint, or the endpoint at this path, relative to the token endpoint and of the same
    /// origin. The host's URL parser resolves `..`.
    pub(super) fn endpoint(&self, path: Option<&str>) -> String {
        let Url { href, origin } = &self.options.token_endpoint;
        let Some(path) = path else { return href.clone() };
        let folder = href.bytes().rposition(|byte| byte == b'/').and_then(|at| href.get(..=at));
        let mut url = folder.filter(|_| !path.starts_with('/')).unwrap_or(origin).to_owned();
        url.push_str(path);
        url
    }

    /// How long a call waits.
    pub(super) fn timeout(&self) -> Millis {
        self.options.timeout.unwrap_or(Config::TIMEOUT)
    }

    /// Whether a guest is created when a token is first needed.
    pub(super) fn creates_guests(&self) -> bool {
        !matches!(self.options.guest, Guest::Never)
    }

    /// Whether `fetch` may send the access token to this origin.
    pub fn allows(&self, origin: &str) -> bool {
        self.options.allowed_origins.iter().any(|allowed| allowed == origin)
    }

    /// The key of the record in the storage.
    pub fn storage_key(&self) -> &str {
        &self.storage_key
    }

    /// The token endpoint and the client identifier. Clients with the same storage key may differ in them.
    pub fn owner(&self) -> String {
        let Options { token_endpoint, client_id, .. } = &self.options;
        let mut owner = token_endpoint.href.clone();
        owner.push(' ');
        owner.push_str(client_id.as_deref().unwrap_or_default());
        owner
    }
}

/// A key for this server and client only, so that clients do not read each other's records.
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
    let unknown = || Error::naming(Code::InvalidOption, "server", "must be the name of a built-in profile");
    ServerProfile::read(profile.unwrap_or("oauth2")).ok_or_else(unknown)
}

fn check_client(options: &Options, server: &ServerProfile) -> Result<(), Error> {
    let objection = match &options.client_id {
        None if server.requires_client_id() => Some("is required with this server"),
        None => options.client_secret.is_some().then_some("is required with a clientSecret"),
        Some(_) => (server.client_authentication() == ClientAuthentication::None)
            .then_some("must be left out for this server"),
    };
    objection.map_or(Ok(()), |objection| Err(Error::naming(Code::InvalidOption, "clientId", objection)))
}

fn guest_grant(guest: &Guest, server: &ServerProfile) -> Result<Option<GuestGrant>, Error> {
    if let Guest::With(credentials) = guest {
        return Ok(Some(GuestGrant(Some(credentials.clone()))));
    }
    let credentials =
        server.guest_credentials().map(|(username, password)| Credentials::new(username, password));
    if credentials.is_some() || server.has_guest_grant() {
        return Ok(Some(GuestGrant(credentials)));
    }
    if matches!(guest, Guest::ByProfile) { Err(no_guest_grant()) } else { Ok(None) }
}

/// The error where a guest is wanted and neither the option nor the server's profile says how.
pub(super) fn no_guest_grant() -> Error {
    Error::naming(Code::InvalidOption, "guest", "must give a username and a password for this server")
}
