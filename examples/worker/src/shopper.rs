//! One shopper: a guest or a user, with the client that keeps the session.

use storefront_token_client::{ClientOptions, Credentials, Session, TokenClient, TokenError};
use wasm_bindgen::JsValue;
use worker::{
    DurableObject, Env, Error, FormData, FormEntry, Method, Request, Response, Result, State, Storage, Var,
    durable_object,
};

use crate::object_storage::ObjectStorage;

/// One instance at a time has the storage, and with it the session.
#[durable_object]
pub struct Shopper {
    client: Result<TokenClient>,
    api: Result<Var>,
}

impl DurableObject for Shopper {
    fn new(state: State, env: Env) -> Shopper {
        Shopper { client: client(state.storage(), &env), api: env.var("API") }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let client = configured(&self.client)?;
        match (request.method(), request.path().as_str()) {
            (Method::Get, "/") => {
                respond_with(client.get_session().await.map(|session| subject(session.as_ref())))
            }
            (Method::Get, "/account") => {
                let address = configured(&self.api)?.to_string();
                Ok(client.get(&address).await?.into())
            }
            (Method::Post, "/sign-in") => {
                let credentials = credentials(&request.form_data().await?);
                respond_with(client.sign_in(&credentials).await.map(|session| subject(Some(&session))))
            }
            (Method::Post, "/sign-out") => respond_with(client.sign_out().await.map(|()| subject(None))),
            _ => Response::error("There is nothing here", 404),
        }
    }
}

fn client(storage: Storage, env: &Env) -> Result<TokenClient> {
    let options = ClientOptions::new(&env.var("TOKEN_ENDPOINT")?.to_string());
    options.set_server("oro");
    options.set_client_id(&env.var("CLIENT_ID")?.to_string());
    options.set_guest(true);
    options.set_token_storage(ObjectStorage(storage));
    Ok(TokenClient::new(&options).map_err(JsValue::from)?)
}

/// A value that was made of the Worker's variables, or why it could not be made.
fn configured<T>(made: &Result<T>) -> Result<&T> {
    made.as_ref().map_err(|error| Error::RustError(error.to_string()))
}

fn credentials(form: &FormData) -> Credentials {
    let field = |name| match form.get(name) {
        Some(FormEntry::Field(text)) => text,
        _ => String::new(),
    };
    Credentials::new(&field("username"), &field("password"))
}

/// Whose session it is, in a word.
fn subject(session: Option<&Session>) -> String {
    session.map_or_else(|| "nobody".into(), Session::subject)
}

/// Responds with whose session it is, or with the error.
fn respond_with(result: std::result::Result<String, TokenError>) -> Result<Response> {
    match result {
        Ok(subject) => Response::ok(subject),
        Err(error) if error.transient() => Response::error(error.message(), 503),
        Err(error) => Response::error(error.message(), 403),
    }
}
