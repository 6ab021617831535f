// @ts-check
const client = require("storefront-token-client");

Promise.all([import("./slim.js"), import("./play-all.js")]).then(async ([slim, { playAll }]) => {
  await playAll({ client, slim });
});
