// @ts-check
/** The users of the embedded storefront, as credentials for `signIn`. */
import { users as all } from "../../www/storefront/index.js";

const credentials = ({ username, password } = all.alice) => ({ username, password });

export const users = { alice: credentials(all.alice), bob: credentials(all.bob), disabled: credentials(all.disabled) };
