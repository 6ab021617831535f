export * from "./index.js";

/** A compiled module: `WebAssembly.Module`, whose own type accepts anything. */
interface CompiledModule {
  readonly [Symbol.toStringTag]?: "WebAssembly.Module";
}

type Loaded = Awaited<ReturnType<typeof globalThis.fetch>> | ArrayBuffer | ArrayBufferView | CompiledModule;

/**
 * Where the WebAssembly comes from: its address, as `fetch` takes it; or what you have already: the `Response`, the
 * bytes, or the `WebAssembly.Module`; or a promise of one of them.
 */
export type WasmSource = Parameters<typeof globalThis.fetch>[0] | Loaded | PromiseLike<Loaded>;

/**
 * Loads the WebAssembly. Await it before the first `new TokenClient()`; until then the constructor throws. A second call
 * waits for the first one's download, and a call after one that failed tries again.
 *
 * | host | default source |
 * | --- | --- |
 * | a page | `core.wasm` beside this module, by `fetch`; compiled while it arrives, if it is served as `application/wasm` |
 * | Node, Deno, Bun, Cloudflare Workers | none is needed: the package brings the bytes along, whatever the source |
 *
 * @throws {Error} there is no `core.wasm` at this address: the message has the address and the status
 * @throws {TypeError} the address cannot be reached
 * @throws {WebAssembly.CompileError} the content security policy forbids WebAssembly, or the bytes are not WebAssembly
 *
 * @example
 * import { init, TokenClient } from "storefront-token-client/slim";
 *
 * await init("/assets/core.wasm");
 * const auth = new TokenClient({ tokenEndpoint: "https://shop.example/oauth2-token", server: "oro", clientId: "web" });
 */
export function init(source?: WasmSource): Promise<void>;

export {};
