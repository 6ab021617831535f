//! A storage that a program in Rust provides.

use std::future::Future;
use std::rc::Rc;

use js_sys::{Object, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;

/// Keeps the record of one shopper's session. The type `TokenStorage` in `src/js/entries/types/storage.d.ts` says more.
///
/// There is no lock: one client at a time uses the storage.
pub trait TokenStorage: 'static {
    /// The text that was stored last under this key.
    fn get_item(&self, key: &str) -> impl Future<Output = Result<Option<String>, JsValue>>;

    /// Stores a text.
    fn set_item(&self, key: &str, value: &str) -> impl Future<Output = Result<(), JsValue>>;

    /// Removes a text.
    fn remove_item(&self, key: &str) -> impl Future<Output = Result<(), JsValue>>;
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(extends = Object)]
    type StorageObject;

    #[wasm_bindgen(method, setter = getItem)]
    fn set_get_item(this: &StorageObject, method: JsValue);

    #[wasm_bindgen(method, setter = setItem)]
    fn set_set_item(this: &StorageObject, method: JsValue);

    #[wasm_bindgen(method, setter = removeItem)]
    fn set_remove_item(this: &StorageObject, method: JsValue);
}

/// The storage as JavaScript sees it.
pub(super) fn storage_object(storage: impl TokenStorage) -> Object {
    let (getting, setting, removing) = {
        let storage = Rc::new(storage);
        (Rc::clone(&storage), Rc::clone(&storage), storage)
    };
    let get_item = Closure::<dyn Fn(String) -> Promise>::new(move |key: String| {
        let storage = Rc::clone(&getting);
        future_to_promise(
            async move { Ok(storage.get_item(&key).await?.map_or(JsValue::NULL, JsValue::from)) },
        )
    });
    let set_item = Closure::<dyn Fn(String, String) -> Promise>::new(move |key: String, value: String| {
        let storage = Rc::clone(&setting);
        future_to_promise(async move { storage.set_item(&key, &value).await.map(|()| JsValue::UNDEFINED) })
    });
    let remove_item = Closure::<dyn Fn(String) -> Promise>::new(move |key: String| {
        let storage = Rc::clone(&removing);
        future_to_promise(async move { storage.remove_item(&key).await.map(|()| JsValue::UNDEFINED) })
    });
    let object: StorageObject = Object::new().unchecked_into();
    object.set_get_item(get_item.into_js_value());
    object.set_set_item(set_item.into_js_value());
    object.set_remove_item(remove_item.into_js_value());
    object.unchecked_into()
}
