// @ts-check
import { request } from "node:http";
import { text } from "node:stream/consumers";

/** A `fetch` that follows redirects and sends every header to every server. @param {any} input @param {any} [init] @returns {Promise<Response>} */
export async function keepsHeaders(input, init) {
  const given = new Request(input, init);
  const body = await given.text();
  const { status, headers, received } = await new Promise((resolve, reject) => {
    const sent = request(given.url, { method: given.method, headers: Object.fromEntries(given.headers) }, async (response) => {
      resolve({ status: response.statusCode, headers: response.headers, received: await text(response) });
    });
    sent.on("error", reject).end(body);
  });
  if (!headers.location || given.redirect === "manual") return new Response(received, { status, headers });
  return keepsHeaders(new URL(headers.location, given.url), { headers: given.headers });
}
