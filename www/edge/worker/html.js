// @ts-check
/** Markup. A value that is inserted becomes text, unless it is markup itself. */

class Markup {
  /** @param {string} text */
  constructor(text) {
    this.text = text;
  }
}

/** @param {TemplateStringsArray} strings @param {unknown[]} values */
export function html(strings, ...values) {
  const parts = strings.map((string, at) => (at === 0 ? string : markup(values[at - 1]) + string));
  return new Markup(parts.join(""));
}

/** @param {Markup} document @param {ResponseInit} [init] */
export function respond(document, { headers, ...init } = {}) {
  return new Response(document.text, {
    ...init,
    headers: {
      "Content-Type": "text/html; charset=utf-8",
      "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
      // The page is one shopper's.
      "Cache-Control": "private, no-store",
      "Referrer-Policy": "same-origin",
      ...headers,
    },
  });
}

/** @param {unknown} value @returns {string} */
function markup(value) {
  if (value instanceof Markup) return value.text;
  if (Array.isArray(value)) return value.map(markup).join("");
  return String(value ?? "").replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
