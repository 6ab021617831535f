#!/usr/bin/env bash
# passport-http ends the password of Basic credentials at its first colon, although RFC 7617 section 2 allows a colon there.
# Needs node and npm.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init --yes >/dev/null
npm install --silent --ignore-scripts --no-audit --no-fund passport-http@0.3.0
cat > check.js <<'JS'
const { BasicStrategy } = require("passport-http");
const { version } = require("passport-http/package.json");
let read;
const strategy = new BasicStrategy((id, secret, done) => done(null, (read = secret)));
strategy.success = () => {};
strategy.authenticate({ headers: { authorization: `Basic ${Buffer.from("shop:open:sesame").toString("base64")}` } });
console.log(`passport-http ${version} reads the password open:sesame as ${read}`);
if (read !== "open") throw new Error("the behaviour has changed");
JS
node check.js
