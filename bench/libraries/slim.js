import { TokenClient, init } from "storefront-token-client/slim";
import { clientOf } from "./ours.js";

/** @param {import("../types.js").Place} place */
export async function open(place) {
  await init();
  return clientOf(TokenClient, place);
}
