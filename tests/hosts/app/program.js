// @ts-check
import * as client from "storefront-token-client";
import * as slim from "./slim.js";
import { playAll } from "./play-all.js";

await playAll({ client, slim });
