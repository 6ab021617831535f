//! Where the record is kept: the page's own storages, memory, or what the application gave.

use std::cell::RefCell;

use gloo_storage::{LocalStorage, SessionStorage, Storage as _};
use js_sys::Promise;
use wasm_bindgen::prelude::*;

use super::json;
use crate::core::session::Loaded;

#[wasm_bindgen(module = "/src/web/storage.js")]
extern "C" {
    fn load(storage: &JsValue, key: &str, before: Option<Promise>) -> Promise;
    fn store(storage: &JsValue, key: &str, text: Option<&str>, before: Option<Promise>) -> Promise;
}

/// A storage for one record.
#[derive(Debug)]
pub enum Storage {
    /// `sessionStorage` or `localStorage`
    Web(web_sys::Storage),
    /// Gone with the client.
    Memory(RefCell<Option<String>>),
    /// The application's own, synchronous or not (`TokenStorage`), and its last write.
    Custom(JsValue, RefCell<Option<Promise>>),
}

/// What came of asking a storage.
#[derive(Debug)]
pub enum Asked<T> {
    /// It has answered.
    Now(T),
    /// It will.
    Later(Promise),
}

impl Storage {
    /// The storage of this name, or that the application gave. A page's is named only where it can
    /// be reached: the application's options were read so, and `raw` would throw.
    pub fn new(storage: JsValue) -> Storage {
        match storage.as_string().as_deref() {
            None => Storage::Custom(storage, RefCell::default()),
            Some("session") => Storage::Web(SessionStorage::raw()),
            Some("local") => Storage::Web(LocalStorage::raw()),
            Some(_) => Storage::Memory(RefCell::default()),
        }
    }

    /// What the application gave, where it did.
    pub fn own(&self) -> JsValue {
        match self {
            Storage::Web(_) | Storage::Memory(_) => JsValue::UNDEFINED,
            Storage::Custom(storage, _) => storage.clone(),
        }
    }

    /// Reads the record, as the last write leaves it.
    pub fn load(&self, key: &str) -> Asked<Loaded> {
        Asked::Now(match self {
            Storage::Web(storage) => {
                storage.get_item(key).map_or(Loaded::Unavailable, |text| parse(text.as_deref()))
            }
            Storage::Memory(kept) => parse(kept.borrow().as_deref()),
            Storage::Custom(storage, last) => {
                let before = last.borrow().clone();
                return Asked::Later(load(storage, key, before));
            }
        })
    }

    /// Writes or removes the record: true if that was done.
    pub fn store(&self, key: &str, text: Option<String>) -> Asked<bool> {
        Asked::Now(match self {
            Storage::Web(storage) => match text {
                Some(text) => storage.set_item(key, &text).is_ok(),
                None => storage.remove_item(key).is_ok(),
            },
            Storage::Memory(kept) => {
                kept.replace(text);
                true
            }
            Storage::Custom(storage, last) => {
                let written = store(storage, key, text.as_deref(), last.take());
                last.replace(Some(written.clone()));
                return Asked::Later(written);
            }
        })
    }
}

/// What an application's storage came to.
pub fn loaded(item: Result<JsValue, JsValue>) -> Loaded {
    match item {
        Err(_) => Loaded::Unavailable,
        Ok(item) if item.is_null() || item.is_undefined() => Loaded::Nothing,
        Ok(item) => item.as_string().map_or(Loaded::Garbage, |text| parse(Some(&text))),
    }
}

fn parse(text: Option<&str>) -> Loaded {
    match text {
        None => Loaded::Nothing,
        Some(text) => json::parse(text).map_or(Loaded::Garbage, Loaded::Record),
    }
}
