// @ts-check
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { openDemo } from "./shopper.js";

const program = fileURLToPath(new URL("../../dist/replay.js", import.meta.url));

test("The recorder's story says why the guest's session ended, and the program tells the same of the downloaded recording", { timeout: 400_000 }, async (t) => {
  const shopper = await openDemo(t);
  await shopper.press("Revoke");
  await shopper.seesEvent("You are a new guest");
  await shopper.press("What the client recorded");
  const dialog = shopper.page.getByRole("dialog");
  await dialog.getByText("the server says that the refresh token is no longer valid").waitFor();
  const shown = await dialog.locator("pre").textContent();

  const [download] = await Promise.all([shopper.page.waitForEvent("download"), dialog.getByText("Download the recording").click()]);
  const { stdout } = await promisify(execFile)(process.execPath, [program, "replay", await download.path()]);
  assert.equal(stdout.trim(), shown?.trim());
  await dialog.getByRole("button", { name: "Close" }).click();
});
