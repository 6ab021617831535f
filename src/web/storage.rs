//! Where the record is stored: a storage of the page, memory, or the application's own storage.

use gloo_storage::{LocalStorage, SessionStorage, Storage as _};
use js_sys::Promise;
use wasm_bindgen::prelude::*;

use super::json;
use crate::core::io::Loaded;
use crate::core::members::Members;
use crate::core::session_ids::SessionId;

#[wasm_bindgen(module = "/src/web/storage.js")]
extern "C" {
    /// Stores one record as text.
    #[derive(Debug)]
    type RecordStore;

    #[wasm_bindgen(js_name = recordStore)]
    fn record_store(storage: &JsValue, is_async: bool) -> RecordStore;

    #[wasm_bindgen(method, catch)]
    fn load(this: &RecordStore, key: &str) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn store(
        this: &RecordStore,
        key: &str,
        change: &JsValue,
        ended: Option<String>,
    ) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, js_name = setAside)]
    fn set_aside(this: &RecordStore, key: &str) -> Promise;
}

/// A storage for one record.
#[derive(Debug)]
pub struct Storage {
    records: RecordStore,
    /// The application's storage (`TokenStorage`), synchronous or not; else `undefined`.
    custom: JsValue,
    /// Whether the record is in `localStorage`, and not in `sessionStorage`; `None` if it is in neither.
    is_local: Option<bool>,
}

/// The result of a storage operation.
#[derive(Debug)]
pub enum MaybeAsync<T> {
    /// The result.
    Ready(T),
    /// A promise of it.
    Pending(Promise),
}

impl Storage {
    /// The storage of this name, or the application's. The function `raw` of gloo-storage panics where the page
    /// cannot reach a storage, so options.js names only a storage that it has reached. In an emulated DOM `raw`
    /// always panics, so options.js passes the storage itself as `emulated`.
    pub fn new(storage: JsValue, emulated: JsValue) -> Storage {
        let page = match storage.as_string().as_deref() {
            None => {
                let records = record_store(&storage, true);
                return Storage { records, custom: storage, is_local: None };
            }
            Some(_) if !emulated.is_undefined() => emulated,
            Some("session") => SessionStorage::raw().into(),
            Some("local") => LocalStorage::raw().into(),
            Some(_) => JsValue::UNDEFINED,
        };
        let is_local = (!page.is_undefined()).then(|| storage == "local");
        Storage { records: record_store(&page, false), custom: JsValue::UNDEFINED, is_local }
    }

    /// The application's storage, or `undefined`.
    pub fn custom(&self) -> &JsValue {
        &self.custom
    }

    /// Whether the record is in `localStorage`, and not in `sessionStorage`; `None` if it is in neither.
    pub fn is_local(&self) -> Option<bool> {
        self.is_local
    }

    /// Reads the record, after all writes so far.
    pub fn load(&self, key: &str) -> MaybeAsync<Loaded> {
        self.result(self.records.load(key), loaded)
    }

    /// Writes the record, or removes it.
    pub fn store(&self, key: &str, change: Change<'_>) -> MaybeAsync<Stored> {
        let (change, ended) = match change {
            Change::Write(record) => (json::pairs(record), None),
            Change::SignOut => ("signed-out".into(), None),
            Change::End(session) => ("ended".into(), Some(session.to_text())),
        };
        self.result(self.records.store(key, &change, ended), |result| stored(&result))
    }

    /// Moves the record that was read, another client's, to another key. The promise is rejected if the record stays.
    pub fn set_aside(&self, key: &str) -> Promise {
        self.records.set_aside(key)
    }

    fn result<T>(
        &self,
        result: Result<JsValue, JsValue>,
        read: fn(Result<JsValue, JsValue>) -> T,
    ) -> MaybeAsync<T> {
        match result {
            // The application's storage is always used through promises.
            Ok(promise) if !self.custom.is_undefined() => MaybeAsync::Pending(promise.unchecked_into()),
            result => MaybeAsync::Ready(read(result)),
        }
    }
}

/// A change of the stored record.
#[derive(Clone, Copy, Debug)]
pub enum Change<'a> {
    /// It is replaced by this one.
    Write(&'a Members),
    /// It is removed, since somebody signed out.
    SignOut,
    /// It is removed, since this session has ended by itself. In a storage of the page, another session's record stays.
    End(SessionId),
}

/// How a change ended.
#[derive(Clone, Copy, Debug)]
pub enum Stored {
    /// It is done.
    Done,
    /// It failed.
    Failed,
    /// It was refused.
    Refused,
}

/// Only `false` says that a change was refused: Web Storage returns nothing, and other storages may return anything.
pub fn stored(result: &Result<JsValue, JsValue>) -> Stored {
    match result {
        Err(_) => Stored::Failed,
        Ok(value) if *value == JsValue::FALSE => Stored::Refused,
        Ok(_) => Stored::Done,
    }
}

/// The result of a read: an object is a record, `undefined` is none.
pub fn loaded(item: Result<JsValue, JsValue>) -> Loaded {
    match item {
        Err(_) => Loaded::Unavailable,
        Ok(item) if item.is_undefined() => Loaded::Nothing,
        Ok(item) => json::members(&item).map_or(Loaded::Garbage, Loaded::Record),
    }
}
