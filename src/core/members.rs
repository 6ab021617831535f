//! The members of a JSON object (RFC 8259 §4), as the host's parser returns them.

use std::fmt;

/// One value.
#[derive(Clone, PartialEq)]
#[cfg_attr(feature = "recorder", derive(serde::Serialize, serde::Deserialize))]
pub enum Value {
    /// `null`
    Null,
    /// A number, as a double (RFC 8259 §6)
    Number(f64),
    /// A string
    Text(String),
    /// A boolean, an object, or an array: the core uses none of these
    Other,
}

impl Value {
    /// The string, if the value is one.
    pub fn text(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            Value::Null | Value::Number(_) | Value::Other => None,
        }
    }
}

/// The members of one JSON object. Some are tokens, so `Debug` shows only the names.
#[derive(Clone, Default, PartialEq)]
#[cfg_attr(feature = "recorder", derive(serde::Serialize, serde::Deserialize))]
pub struct Members(Vec<(String, Value)>);

impl Members {
    /// No members.
    pub fn new() -> Members {
        Members::default()
    }

    /// Adds a member.
    pub fn push(&mut self, name: &str, value: Value) {
        self.0.push((name.to_owned(), value));
    }

    /// Adds a string member, if there is a string.
    pub fn push_text(&mut self, name: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.push(name, Value::Text(text.to_owned()));
        }
    }

    /// The value of the last member with this name.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.iter().rev().find(|(n, _)| n == name).map(|(_, value)| value)
    }

    /// The value of the last member with this name, if it is a string.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name)?.text()
    }

    /// The value of the last member with this name, if it is a number.
    pub fn number(&self, name: &str) -> Option<f64> {
        match self.get(name)? {
            Value::Number(number) => Some(*number),
            Value::Null | Value::Text(_) | Value::Other => None,
        }
    }

    /// The names and values, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }
}

impl fmt::Debug for Members {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(redacted)")
    }
}
