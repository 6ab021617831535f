#[cfg(target_family = "wasm")]
fn main() {
    let endpoint = "https://shop.example/oauth2-token";
    let client = shop_page::client(endpoint, "storefront").expect("options that can be used");
    let api = "https://shop.example/api/customers".into();
    yew::Renderer::<shop_page::Page>::with_props(shop_page::Props { client, api }).render();
}

#[cfg(not(target_family = "wasm"))]
fn main() {}
