// @ts-check
const client = require("storefront-token-client");

import("./play-all.js").then(({ playAll }) => playAll(client));
