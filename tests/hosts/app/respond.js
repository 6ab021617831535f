// @ts-check
// The app in a server: it plays the scenario that a request names.
import * as client from "storefront-token-client";
import { relayed } from "./relayed.js";
import * as slim from "./slim.js";
import { play } from "./scenarios.js";

/** @param {Request} request */
export async function respond(request) {
  const { entry, scenario, setting } = await request.json();
  try {
    const entries = { client, slim, relay: relayed(setting) };
    await play(entries[entry], scenario, setting);
    return new Response();
  } catch (error) {
    return new Response(String(error?.stack ?? error), { status: 500 });
  }
}
