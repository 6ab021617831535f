// @ts-check
// The app in a page, which the tests reach through the global `app`. Next.js renders it on its server first.
import * as client from "storefront-token-client";
import * as slim from "./slim.js";
import { play } from "./scenarios.js";

export const auth = new client.TokenClient({ tokenEndpoint: "https://shop.example/oauth2-token" });

Object.assign(globalThis, { app: { client, slim, play } });
