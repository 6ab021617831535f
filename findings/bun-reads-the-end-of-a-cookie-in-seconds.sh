#!/usr/bin/env bash
# Bun takes a number as the `expires` of a cookie for seconds since 1970. In JavaScript such a number has milliseconds: that of
# `Date.now()`, and of `expires` in the web's Cookie Store API. Bun's types say only "number". So a session cookie that should
# end with its refresh token, `{ expires: Date.now() + lifetime }`, gets a year of five digits. RFC 6265 section 5.1.1 reads no
# more than four, and ignores the attribute, so that the cookie ends when the browser is closed; tough-cookie does so. Bun itself
# reads the cookie back without complaint. Needs npm on linux.
set -euo pipefail
case $(uname -m) in aarch64) arch=aarch64 ;; *) arch=x64 ;; esac
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init --yes >/dev/null
npm install --silent --ignore-scripts --no-audit --no-fund "@oven/bun-linux-$arch@1.4.5" tough-cookie@6.1.0
cat > check.mjs <<'JS'
import { Cookie } from "tough-cookie";

const end = Date.now() + 30 * 24 * 60 * 60 * 1000;
const found = [end, new Date(end)].map((expires) => {
  const cookies = new Bun.CookieMap();
  cookies.set("session", "id", { expires });
  const [line] = cookies.toSetCookieHeaders();
  const year = new Date(end).getUTCFullYear();
  const parsed = Cookie.parse(line).expires;
  console.log(`Bun 1.4.5, ${typeof expires}: ${line.split("; ")[2]}; tough-cookie 6.1.0: ${parsed.toString()}`);
  return [line.includes(` ${year} `), parsed instanceof Date && parsed.getUTCFullYear() === year].join();
});
process.exit(found.join(" ") === "false,false true,true" ? 0 : 1);
JS
"node_modules/@oven/bun-linux-$arch/bin/bun" check.mjs
