//! A small allocator: two kilobytes less than the standard one, and no slower with many calls.

#[global_allocator]
static TALC: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();
