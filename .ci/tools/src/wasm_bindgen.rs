//! `wasm-bindgen`, which writes the JavaScript that is shipped beside the WebAssembly.

fn main() -> anyhow::Result<()> {
    env_logger::init();
    wasm_bindgen_cli::wasm_bindgen::run_cli_with_args(std::env::args_os())
}
