//! The profiles that `server` can name: `presets.txt`, each under its name in brackets. A text, so
//! that the relay in JavaScript reads the same.
//!
//! Where each is from, and what to beware of, is told in `docs/servers.md`.
//!
//! - `oro`: `OroCommerce`, which is league/oauth2-server 7 and 8, with visitors. Form and body
//!   credentials, since such a request needs no CORS preflight; up to 5.0 a preflight would not allow
//!   `Authorization` anyway. A dead refresh token is `401 invalid_request`.
//! - `wso2`, WSO2 API Manager and Identity Server, and `bshaffer`, oauth2-server-php: neither decodes
//!   what comes by Basic.
//! - `veeam-ahv`: Veeam Backup for Nutanix AHV. No clients, words of its own, times in place of lives,
//!   and errors by RFC 7807.
//! - `commercetools`, with the token endpoint of the customers' password flow. A visitor is an
//!   anonymous session, and the merge is the shop's own request: `mergeGuest`.

use super::split_at_byte;

const ALL: &str = include_str!("presets.txt");

/// The name of a preset and its lines.
pub(super) fn find(wanted: &str) -> Option<(&'static str, &'static str)> {
    let (_, mut presets) = split_at_byte(ALL, b'[');
    while !presets.is_empty() {
        let (preset, more) = split_at_byte(presets, b'[');
        let (name, lines) = split_at_byte(preset, b']');
        if name == wanted {
            return Some((name, lines));
        }
        presets = more;
    }
    None
}

/// What holds for every server: RFC 6749 §5.2, and what §4.1.2.1 has for a server's own failure.
pub(super) const RFC_6749: &str = "\
errors login_required error=invalid_grant
errors invalid_credentials error=invalid_grant
errors server_unavailable error=server_error
errors server_unavailable error=temporarily_unavailable";
