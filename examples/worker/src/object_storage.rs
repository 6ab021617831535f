//! The storage of a Durable Object as the client's.

use storefront_token_client::TokenStorage;
use wasm_bindgen::JsValue;
use worker::Storage;

pub struct ObjectStorage(pub Storage);

impl TokenStorage for ObjectStorage {
    async fn get_item(&self, key: &str) -> Result<Option<String>, JsValue> {
        Ok(self.0.get(key).await?)
    }

    async fn set_item(&self, key: &str, value: &str) -> Result<(), JsValue> {
        Ok(self.0.put(key, value).await?)
    }

    async fn remove_item(&self, key: &str) -> Result<(), JsValue> {
        self.0.delete(key).await?;
        Ok(())
    }
}
