// @ts-check
// Vite, built and with its development server; and the oldest version that is still in use.
import { openGateway } from "../gateway.js";
import { page, tool } from "../project.js";
import { inPage } from "../runners.js";

/** @typedef {import("../project.js").Project} Project */

/** @param {Project} project @param {string} vite */
async function built(project, vite) {
  project.write("index.html", page('<script type="module" src="./page.js"></script>'));
  await project.run(...tool(vite, "build", "--base", "./"));
  return inPage(project, `${project.shop.url}/dist/`);
}

/** @param {Project} project @param {string} vite */
async function served(project, vite) {
  project.write("index.html", '<script type="module" src="./page.js"></script>');
  const url = await project.start(/Local: +(http\S+)/, ...tool(vite, "--host", "127.0.0.1", "--port", "0"));
  const gateway = await openGateway(project.shop.url, url);
  project.atEnd(gateway.close);
  return inPage(project, gateway.url);
}

/** @type {import("../hosts.test.js").Host[]} */
export const hosts = [
  { name: "Vite 8, built", open: (project) => built(project, "vite") },
  { name: "Vite 8, dev", open: (project) => served(project, "vite") },
  { name: "Vite 5, built", open: (project) => built(project, "vite5") },
  { name: "Vite 5, dev", open: (project) => served(project, "vite5") },
];
