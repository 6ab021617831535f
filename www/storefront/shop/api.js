// @ts-check
/** `/api`: the shop's API, which needs an access token. */
import { emptyResponse, jsonResponse, mediaType, pathOf, readBody } from "../http/message.js";
import { productById, products } from "./products.js";
import { isUser, userByName } from "../fixtures.js";

/** @typedef {import("./shop.js").Shop} Shop */
/** @typedef {import("../http/message.js").Request} Request */
/** @typedef {import("../http/message.js").Response} Response */
/** @typedef {import("./shopping-lists.js").Item} Item */
/** @typedef {import("./shopping-lists.js").List} List */
/** @typedef {{ shop: Shop, subject: string, guest: boolean, id: string, body: string, type: string }} Call */

export const METHODS = "OPTIONS, GET, POST, DELETE";
export const HEADERS = ["Authorization", "Content-Type", "X-Include", "X-Mode"];

/** @type {[method: string, path: RegExp, handler: (call: Call) => Response][]} */
const routes = [
  ["GET", /^\/api\/products$/, () => jsonApi(200, products.map(productResource))],
  ["GET", /^\/api\/customer$/, (call) => jsonApi(200, customerResource(call))],
  ["GET", /^\/api\/shoppinglists$/, listShoppingLists],
  ["POST", /^\/api\/shoppinglistitems$/, addItem],
  ["DELETE", /^\/api\/shoppinglistitems\/(\d+)$/, removeItem],
  ["GET", /^\/api\/orders$/, listOrders],
];

/** @param {Shop} shop @param {Request} request @returns {Promise<Response>} */
export async function callApi(shop, request) {
  const body = await readBody(request);
  return authorized(shop, request, ({ subject }) =>
    route(request, { shop, subject, guest: !isUser(subject), id: "", body, type: mediaType(request) }),
  );
}

/**
 * Runs `handle` for a request with a valid access token; other requests get the 401 of the server.
 *
 * @param {Shop} shop
 * @param {Request} request
 * @param {(record: import("./token-store.js").AccessRecord) => Response | Promise<Response>} handle
 */
export async function authorized(shop, request, handle) {
  const token = bearerToken(request);
  const { state, record } = token === null ? NO_TOKEN : await shop.bearer(token);
  return record === null ? unauthorized(shop, state) : handle(record);
}

const NO_TOKEN = Object.freeze({ state: /** @type {const} */ ("missing"), record: null });

/** RFC 6750 §2.1; the scheme is not case-sensitive. @param {Request} request @returns {string | null} */
function bearerToken({ headers }) {
  const [, token] = /^bearer +(\S+) *$/i.exec(headers.authorization ?? "") ?? [];
  return token ?? null;
}

/** @param {Shop} shop @param {import("./token-store.js").State | "missing"} state */
function unauthorized(shop, state) {
  shop.counts.apiUnauthorized += 1;
  return shop.server.unauthorized(shop, state);
}

/** @param {Request} request @param {Call} call @returns {Response} */
function route(request, call) {
  const path = pathOf(request);
  const samePath = routes.filter(([, pattern]) => pattern.test(path));
  const found = samePath.find(([method]) => method === request.method);
  if (samePath.length === 0) return failure(404, "Not Found");
  if (!found) return failure(405, "Method Not Allowed");
  const [, pattern, handler] = found;
  return handler({ ...call, id: pattern.exec(path)?.[1] ?? "" });
}

/** @param {Call} call */
function listShoppingLists({ shop, subject, guest }) {
  if (guest && !shop.settings.guestShoppingLists) return failure(403, "Access Denied");
  return jsonApi(200, shop.lists.of(subject).map(listResource));
}

/** @param {Call} call */
function addItem({ shop, subject, guest, body, type }) {
  if (guest && !shop.settings.guestShoppingLists) return failure(403, "Access Denied");
  if (type !== "application/json" && type !== "application/vnd.api+json") {
    return failure(415, "Unsupported Media Type");
  }
  const wanted = parsed(body);
  if (wanted === null) return failure(400, "The body is not a JSON object.");
  const { product: id, quantity = 1 } = wanted;
  const product = productById(id);
  if (!product) return failure(400, "There is no such product.");
  const countable = Number.isSafeInteger(quantity) && quantity > 0;
  if (!countable) return failure(400, "The quantity is not a whole number above 0.");
  return jsonApi(201, itemResource(shop.lists.add(subject, product, quantity)));
}

/** @param {Call} call */
function removeItem({ shop, subject, id }) {
  return shop.lists.remove(subject, id) ? emptyResponse(204) : failure(404, "There is no such item.");
}

/** @param {Call} call */
function listOrders({ guest }) {
  return guest ? failure(403, "Access Denied") : jsonApi(200, []);
}

/** @param {string} text @returns {Record<string, any> | null} */
function parsed(text) {
  try {
    const value = JSON.parse(text);
    return typeof value === "object" ? value : null;
  } catch {
    return null;
  }
}

/** @param {number} status @param {unknown} data */
const jsonApi = (status, data) => jsonResponse(status, { data }, { "Content-Type": "application/vnd.api+json" });

/** @param {number} status @param {string} detail */
const failure = (status, detail) =>
  jsonResponse(
    status,
    { errors: [{ status: String(status), detail }] },
    { "Content-Type": "application/vnd.api+json" },
  );

/** @param {import("./products.js").Product} product */
const productResource = ({ id, ...attributes }) => ({ type: "products", id, attributes });

/** @param {Item} item */
const itemResource = ({ id, product, quantity }) => ({
  type: "shoppinglistitems",
  id,
  attributes: { product, quantity, total: cents(product.price * quantity) },
});

/** @param {List} list */
function listResource({ id, items }) {
  const total = cents(items.reduce((sum, { product, quantity }) => sum + product.price * quantity, 0));
  return {
    type: "shoppinglists",
    id,
    attributes: { name: "Shopping List", total, currency: "EUR", items: items.map(itemResource) },
  };
}

/** @param {number} amount */
const cents = (amount) => Math.round(amount * 100) / 100;

/** @param {Call} call */
function customerResource({ subject, guest }) {
  const attributes = guest
    ? { guest, guestId: subject.split(":").at(-1), username: null, name: "Guest" }
    : { guest, guestId: null, username: subject, name: userByName(subject)?.name };
  return { type: "customers", id: subject, attributes: { subject, ...attributes } };
}
