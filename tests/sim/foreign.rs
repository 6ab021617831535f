//! Messages that a page must ignore.

use storefront_token_client::core::members::{Members, Value};

use crate::parse::text;

/// Messages for another server, another client or another session, and messages without news.
pub fn foreign_messages(record: Option<&Members>) -> Vec<Members> {
    let Some(record) = record else { return vec![Members::new()] };
    let newer = || Value::Number(1e6);
    vec![
        record.clone(),
        changed(
            record,
            &[("message", text("newest")), ("generation", newer()), ("client_id", text("another"))],
        ),
        changed(record, &[("message", text("newest")), ("generation", newer()), ("version", Value::Null)]),
        changed(
            record,
            &[("message", text("newest")), ("generation", newer()), ("access_token", Value::Null)],
        ),
        changed(record, &[("message", text("newest")), ("generation", newer()), ("subject", text("admin"))]),
        changed(record, &[("message", text("signed-out")), ("id", text("0123456789abcdef"))]),
        changed(record, &[("message", text("busy")), ("id", text("0123456789abcdef"))]),
        changed(record, &[("message", text("busy")), ("id", text("no identifier"))]),
        changed(
            record,
            &[("message", text("claim")), ("id", text("0123456789abcdef")), ("claim", text("1"))],
        ),
        changed(record, &[("message", text("claim")), ("claim", Value::Null)]),
        changed(record, &[("message", text("sing"))]),
    ]
}

/// Messages of a hostile page, which would change whose session a page holds.
pub fn hostile_messages(record: &Members) -> Vec<Members> {
    let newer = || Value::Number(1e9);
    let other = if record.text("subject") == Some("guest") { "user" } else { "guest" };
    let elsewhere = || ("token_endpoint", text("https://evil.example/token"));
    let another = || ("id", text("0123456789abcdef"));
    vec![
        changed(record, &[("message", text("newest")), ("generation", newer()), ("subject", text(other))]),
        changed(record, &[("message", text("newest")), ("generation", newer()), elsewhere()]),
        changed(record, &[("message", text("begun")), another(), ("replaces", text("fedcba9876543210"))]),
        changed(record, &[("message", text("newest")), another(), ("replaces", Value::Null)]),
        changed(record, &[("message", text("signed-out")), elsewhere()]),
    ]
}

fn changed(record: &Members, changes: &[(&str, Value)]) -> Members {
    let mut message = record.clone();
    for (name, value) in changes {
        message.push(name, value.clone());
    }
    message
}
