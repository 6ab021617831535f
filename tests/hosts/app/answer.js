// @ts-check
// The app in a server that answers requests: it plays the story that a request names.
import * as client from "storefront-token-client";
import * as slim from "./slim.js";
import { play } from "./stories.js";

const entries = { client, slim };

/** @param {Request} request */
export async function answer(request) {
  const { entry, story, setting } = await request.json();
  try {
    await slim.start();
    await play(entries[entry], story, setting);
    return new Response();
  } catch (error) {
    return new Response(String(error?.stack ?? error), { status: 500 });
  }
}
