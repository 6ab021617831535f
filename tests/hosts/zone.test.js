// @ts-check
/** A page with zone.js whose async functions are native, such as one with OpenTelemetry's zone. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { after, test } from "node:test";
import { promisify } from "node:util";
import { NAME, install } from "../support/package.js";

const { modules, remove } = install();
after(remove);

const SCRIPT = `
import ${JSON.stringify(import.meta.resolve("zone.js"))};

const { TokenClient } = await import(process.argv[1]);
const fetch = async () => Response.json({ access_token: "a", refresh_token: "r", token_type: "Bearer", expires_in: 600 });
const auth = new TokenClient({ tokenEndpoint: "https://shop.example/token", clientId: "shop", fetch });
const result = await auth.signIn({ username: "ada", password: "secret" }).then(({ subject }) => subject, ({ code }) => code);
console.log(result);
process.exit();
`;

for (const file of ["index.js", "slim.js"])
  test(`${file} loads its core where zone.js has replaced Promise`, async () => {
    const parameters = ["--input-type=module", "--eval", SCRIPT, join(modules, NAME, "dist", file)];
    const { stdout } = await promisify(execFile)(process.execPath, parameters);
    assert.equal(stdout.trim(), "user");
  });
