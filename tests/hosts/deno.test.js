// @ts-check
/** Deno 2.9 fails to post to a channel a moment after another one was closed. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { NAME, install } from "../support/package.js";
import { binary } from "./project.js";

const { project, remove } = install();
after(remove);

/** Runs a program without any permission. @param {string} code @returns {string[]} the lines that it prints */
function run(code) {
  writeFileSync(join(project, "main.mjs"), code);
  const deno = binary(`@deno/linux-${process.arch}-glibc/deno`);
  return execFileSync(deno, ["run", "--no-prompt", "main.mjs"], { encoding: "utf8", cwd: project }).trim().split("\n");
}

test("a channel that fails is missing, `lacks` says so, and the client works without it", { timeout: 120_000 }, () => {
  const printed = run(`
    import { TokenClient } from "${NAME}";

    const tokens = { access_token: "a", refresh_token: "r", token_type: "Bearer", expires_in: 3600 };
    const fetch = async () => Response.json(tokens);
    for (const storageKey of ["first", "second"]) {
      const auth = new TokenClient({ tokenEndpoint: "https://shop.example/token", clientId: "shop", shareAcrossTabs: true, storageKey, fetch });
      await auth.signIn({ username: "anna", password: "secret" });
      console.log(auth.lacks.join() || "nothing", await auth.getAccessToken());
      auth.dispose();
    }
  `);
  assert.deepEqual(printed, ["nothing a", "channel a"]);
});
