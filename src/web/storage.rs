//! Where the record is kept: the page's own storages, memory, or what the application gave.

use gloo_storage::{LocalStorage, SessionStorage, Storage as _};
use js_sys::Promise;
use wasm_bindgen::prelude::*;

use super::json;
use crate::core::io::Loaded;
use crate::core::members::Members;

#[wasm_bindgen(module = "/src/web/storage.js")]
extern "C" {
    /// A storage that is read and written at once, or in turns.
    #[derive(Debug)]
    type Keeper;

    fn keeper(storage: &JsValue, in_turns: bool) -> Keeper;

    #[wasm_bindgen(method, catch)]
    fn load(this: &Keeper, key: &str) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn store(this: &Keeper, key: &str, record: &JsValue) -> Result<JsValue, JsValue>;
}

/// A storage for one record.
#[derive(Debug)]
pub struct Storage {
    keeper: Keeper,
    /// What the application gave (`TokenStorage`), synchronous or not; `undefined` where it did not.
    own: JsValue,
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
        let page = match storage.as_string().as_deref() {
            None => return Storage { keeper: keeper(&storage, true), own: storage },
            Some("session") => SessionStorage::raw().into(),
            Some("local") => LocalStorage::raw().into(),
            Some(_) => JsValue::UNDEFINED,
        };
        Storage { keeper: keeper(&page, false), own: JsValue::UNDEFINED }
    }

    /// What the application gave, where it did.
    pub fn own(&self) -> &JsValue {
        &self.own
    }

    /// Reads the record, as the last write leaves it.
    pub fn load(&self, key: &str) -> Asked<Loaded> {
        self.asked(self.keeper.load(key), loaded)
    }

    /// Writes or removes the record: true if that was done.
    pub fn store(&self, key: &str, record: Option<&Members>) -> Asked<bool> {
        let record = record.map_or(JsValue::UNDEFINED, json::pairs);
        self.asked(self.keeper.store(key, &record), |stored| stored.is_ok())
    }

    fn asked<T>(&self, came: Result<JsValue, JsValue>, read: fn(Result<JsValue, JsValue>) -> T) -> Asked<T> {
        match came {
            // In turns, it comes as a promise.
            Ok(promise) if !self.own.is_undefined() => Asked::Later(promise.unchecked_into()),
            came => Asked::Now(read(came)),
        }
    }
}

/// What a reading came to: an object is a record, `undefined` is none.
pub fn loaded(item: Result<JsValue, JsValue>) -> Loaded {
    match item {
        Err(_) => Loaded::Unavailable,
        Ok(item) if item.is_undefined() => Loaded::Nothing,
        Ok(item) => json::members(&item).map_or(Loaded::Garbage, Loaded::Record),
    }
}
