#!/usr/bin/env bash
# unstorage (`useStorage` of Nitro and Nuxt) does not return the string that was stored, if it looks like a number or a word of
# JSON: a refresh token or session id of 16 digits comes back as a number, above 2^53 as another one, and a hexadecimal one of
# digits and a single e as Infinity. `setItem` stores the string as it is, and `getItem` parses what it finds. So such a token
# is refused, or cannot be concatenated or compared. Tests with words do not show it; one in some million random hexadecimal
# tokens does. `getItemRaw` returns the string. Needs node and npm.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init --yes >/dev/null
npm install --silent --ignore-scripts --no-audit --no-fund unstorage@1.17.6
cat > check.mjs <<'JS'
import { createStorage } from "unstorage";

const storage = createStorage();
const found = [];
for (const token of ["refresh", "9007199254740993", "7093e18425546083", "true"]) {
  await storage.setItem("token", token);
  const [parsed, raw] = [await storage.getItem("token"), await storage.getItemRaw("token")];
  console.log(`unstorage 1.17.6: stored ${JSON.stringify(token)}, got ${typeof parsed} ${parsed}, raw ${JSON.stringify(raw)}`);
  found.push(parsed, raw === token);
}
const expected = ["refresh", true, 9007199254740992, true, Infinity, true, true, true];
process.exit(found.every((value, index) => value === expected[index]) ? 0 : 1);
JS
node check.mjs
