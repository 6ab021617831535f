// @ts-check
// wasm-bindgen's glue makes a decoder and an encoder as soon as it is imported. Importing this package must touch nothing
// that the host may lack, and an emulated DOM lacks both. So the glue gets these, which ask the host at their first use.

export class TextDecoder {
  /** @type {globalThis.TextDecoder | undefined} */
  #decoder;
  #given;

  /** @param {ConstructorParameters<typeof globalThis.TextDecoder>} given */
  constructor(...given) {
    this.#given = given;
  }

  /** The glue first decodes nothing: that needs no decoder of the host. @param {Uint8Array} [bytes] */
  decode(bytes) {
    if (!bytes) return "";
    this.#decoder ??= new globalThis.TextDecoder(...this.#given);
    return this.#decoder.decode(bytes);
  }
}

export class TextEncoder {
  /** @type {globalThis.TextEncoder | undefined} */
  #encoder;

  /** @param {string} text @param {Uint8Array} bytes */
  encodeInto(text, bytes) {
    this.#encoder ??= new globalThis.TextEncoder();
    return this.#encoder.encodeInto(text, bytes);
  }
}
