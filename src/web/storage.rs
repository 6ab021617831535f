//! Where the record is kept: the page's own storages, memory, or what the application gave.

use std::cell::RefCell;

use gloo_storage::{LocalStorage, SessionStorage, Storage as _};
use js_sys::{Function, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::{host, json};
use crate::core::session::Loaded;

/// A storage for one record.
#[derive(Debug)]
pub enum Storage {
    /// `sessionStorage` or `localStorage`
    Web(web_sys::Storage),
    /// Gone with the client.
    Memory(RefCell<Option<String>>),
    /// The application's own.
    Custom(Custom),
}

/// A storage of the application, synchronous or not (`TokenStorage`).
#[derive(Clone, Debug)]
pub struct Custom {
    object: JsValue,
    get_item: Function,
    set_item: Function,
    remove_item: Function,
}

impl Custom {
    /// The three methods of `object`, if it has them all.
    pub fn new(object: &JsValue) -> Option<Custom> {
        Some(Custom {
            object: object.clone(),
            get_item: host::method(object, "getItem")?,
            set_item: host::method(object, "setItem")?,
            remove_item: host::method(object, "removeItem")?,
        })
    }

    /// Reads the record.
    pub async fn load(self, key: String) -> Loaded {
        match settle(self.get_item.call1(&self.object, &key.into())).await {
            Ok(item) if item.is_null() || item.is_undefined() => Loaded::Nothing,
            Ok(item) => item.as_string().map_or(Loaded::Garbage, |text| parse(&text)),
            Err(_) => Loaded::Unavailable,
        }
    }

    /// Writes or removes the record; false if that failed.
    pub async fn store(self, key: String, text: Option<String>) -> bool {
        let key = key.into();
        let written = match text {
            Some(text) => self.set_item.call2(&self.object, &key, &text.into()),
            None => self.remove_item.call1(&self.object, &key),
        };
        settle(written).await.is_ok()
    }
}

/// What a function returned, or what its promise came to.
async fn settle(returned: Result<JsValue, JsValue>) -> Result<JsValue, JsValue> {
    JsFuture::from(Promise::resolve(&returned?)).await
}

impl Storage {
    /// `sessionStorage`, or memory where there is none or it is blocked.
    pub fn session() -> Storage {
        Storage::page("sessionStorage", SessionStorage::raw)
    }

    /// `localStorage`, or memory where there is none or it is blocked.
    pub fn local() -> Storage {
        Storage::page("localStorage", LocalStorage::raw)
    }

    /// A storage that is forgotten with the client.
    pub fn memory() -> Storage {
        Storage::Memory(RefCell::default())
    }

    /// `raw` would throw where there is no window or the storage is blocked, so that is looked at
    /// first.
    fn page(name: &str, raw: impl FnOnce() -> web_sys::Storage) -> Storage {
        if host::is_page() && host::global(name).is_object() {
            Storage::Web(raw())
        } else {
            Storage::memory()
        }
    }

    /// Reads the record from a storage that answers at once.
    pub fn load(&self, key: &str) -> Option<Loaded> {
        let item = match self {
            Storage::Web(storage) => storage.get_item(key),
            Storage::Memory(text) => Ok(text.borrow().clone()),
            Storage::Custom(_) => return None,
        };
        Some(match item {
            Ok(Some(text)) => parse(&text),
            Ok(None) => Loaded::Nothing,
            Err(_) => Loaded::Unavailable,
        })
    }

    /// Writes or removes the record in a storage that answers at once; false if that failed.
    pub fn store(&self, key: &str, text: Option<&str>) -> Option<bool> {
        match (self, text) {
            (Storage::Web(storage), Some(text)) => Some(storage.set_item(key, text).is_ok()),
            (Storage::Web(storage), None) => Some(storage.remove_item(key).is_ok()),
            (Storage::Memory(kept), text) => {
                kept.replace(text.map(str::to_owned));
                Some(true)
            }
            (Storage::Custom(_), _) => None,
        }
    }
}

fn parse(text: &str) -> Loaded {
    json::parse(text).map_or(Loaded::Garbage, Loaded::Record)
}
