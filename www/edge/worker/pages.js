// @ts-check
/** The pages of the storefront, which need no JavaScript. */
import { TokenError } from "storefront-token-client";
import { html, respond } from "./html.js";

const format = new Intl.NumberFormat("en-GB", { style: "currency", currency: "EUR" });

/** @param {{ products: import("./shop.js").Product[], list: import("./shop.js").List, name: string | null }} shop */
export const shopPage = ({ products, list, name }) =>
  respond(
    frame(html`
      <header>
        <p class="sign">Kettle <span>&amp;</span> Kite</p>
        <p class="who" data-subject="${name === null ? "guest" : "user"}">${name ?? "Guest"}</p>
      </header>
      <h1>Served from the edge. The&nbsp;list&nbsp;stays.</h1>
      <p class="lead">
        This page has no script. Your tokens are in a Durable Object. Your browser has only a cookie that names
        the object. <a href="/browser-client.html">A page with a client of its own</a> uses the same Worker as a relay.
      </p>
      <main>
        <section aria-labelledby="shelves">
          <h2 id="shelves">On the shelves</h2>
          <ul class="shelves">${products.map(card)}</ul>
        </section>
        <aside>
          <section aria-labelledby="list"><h2 id="list">Your list</h2>${listed(list)}</section>
          <section aria-labelledby="account"><h2 id="account">Your account</h2>${name === null ? signInForm() : signOutForm(name)}</section>
        </aside>
      </main>
    `),
  );

export function limitPage() {
  const page = frame(html`<main class="failure"><h1>Too many attempts. Please try again in a minute.</h1><p><a href="/">Back to the shop</a></p></main>`);
  return respond(page, { status: 429, headers: { "Retry-After": "60" } });
}

/** What went wrong, by who must act. The session is as it was. @param {unknown} error */
export function failurePage(error) {
  const { status, headers, message } = failure(error);
  const page = frame(html`<main class="failure"><h1>${message}</h1><p><a href="/">Back to the shop</a></p></main>`);
  return respond(page, { status, headers });
}

/** @param {unknown} error @returns {{ status: number, headers?: Record<string, string>, message: string }} */
function failure(error) {
  const { code, transient, retryAfter, status } = /** @type {Partial<TokenError>} */ (error);
  if (code === "invalid_credentials") return { status: 403, message: "The e-mail address or the password is wrong." };
  if (code === "account_locked") return { status: 403, message: "This account is locked. Please ask the shop." };
  // The API refuses a token that could not be replaced just now.
  if (transient || status === 401) {
    const headers = { "Retry-After": String(retryAfter ?? 5) };
    return { status: 503, headers, message: "The shop's server does not respond. Your list is kept." };
  }
  // Shows only the code of the error: the server's own text is for developers.
  console.error(error instanceof TokenError ? `${code}` : `${error}`);
  return { status: status === 404 ? 404 : 502, message: "That did not work. Your list is kept." };
}

/** @param {unknown} content */
const frame = (content) => html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>Kettle &amp; Kite, at the edge</title>
    <link rel="stylesheet" href="/style.css">
  </head>
  <body>${content}</body>
</html>`;

/** @param {import("./shop.js").Product} product */
const card = ({ id, name, price, emoji }) => html`
  <li>
    <span class="emoji" aria-hidden="true">${emoji}</span>
    <span class="name">${name}</span>
    <span class="price">${format.format(price)}</span>
    <form method="post" action="/add">
      <button name="product" value="${id}" aria-label="Add ${name} to your list">Add</button>
    </form>
  </li>`;

/** @param {import("./shop.js").List} list */
const listed = ({ items, total }) =>
  items.length === 0
    ? html`<p class="empty">Nothing yet.</p>`
    : html`<ul class="list">${items.map(line)}</ul><p class="total"><span>Total</span> <b>${format.format(total)}</b></p>`;

/** @param {import("./shop.js").Item} item */
const line = ({ id, product, quantity, total }) => html`
  <li>
    <span>${quantity} × ${product.name}</span>
    <span class="price">${format.format(total)}</span>
    <form method="post" action="/remove">
      <button name="item" value="${id}" aria-label="Take ${product.name} off your list">×</button>
    </form>
  </li>`;

const signInForm = () => html`
  <form method="post" action="/sign-in" class="account">
    <label>E-mail address <input name="username" type="email" autocomplete="username" placeholder="alice@example.com" required></label>
    <label>Password <input name="password" type="password" autocomplete="current-password" placeholder="demo-password-of-alice" required></label>
    <button>Sign in</button>
    <p class="note">You keep your list.</p>
  </form>`;

/** @param {string} name */
const signOutForm = (name) => html`
  <form method="post" action="/sign-out" class="account">
    <p>Signed in as ${name}.</p>
    <button>Sign out</button>
  </form>`;
