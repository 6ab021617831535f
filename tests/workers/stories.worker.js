// A Worker that plays the stories of the package, each within a request.
import * as client from "storefront-token-client";
import { play } from "../support/scenarios.js";

export default {
  async fetch(request, env) {
    const { name, setting } = await request.json();
    try {
      await play(client, name, setting);
      return new Response();
    } catch (error) {
      return new Response(error.stack, { status: 500 });
    }
  },
};
