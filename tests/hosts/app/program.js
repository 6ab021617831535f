// @ts-check
import * as client from "storefront-token-client";
import { playAll } from "./play-all.js";

await playAll(client);
