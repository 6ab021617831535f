import { TokenClient } from "storefront-token-client/slim";
import { clientOf } from "./ours.js";

/** @param {import("../types.js").Place} place */
export const open = (place) => clientOf(TokenClient, place);
