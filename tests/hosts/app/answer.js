// @ts-check
// The app in a server that answers requests: it plays the story that a request names.
import * as client from "storefront-token-client";
import { play } from "./stories.js";

/** @param {Request} request */
export async function answer(request) {
  const { story, setting } = await request.json();
  try {
    await play(client, story, setting);
    return new Response();
  } catch (error) {
    return new Response(String(error?.stack ?? error), { status: 500 });
  }
}
