// @ts-check
/** A guide of docs/guides as a project: each block of code that begins with a comment of a file's name is that file. */
import { documents } from "../docs/documents.js";

const NAMED = /^(?:\/\/|<!--) ([\w./[\]-]+)(?: -->)?\n/;

/**
 * Writes a guide's files, with the embedded storefront in place of the example's.
 *
 * @param {import("./project.js").Project} project
 * @param {string} name
 */
export function writeGuide(project, name) {
  const guide = documents.find(({ path }) => path === `docs/guides/${name}.md`);
  if (!guide) throw new Error(`There is no docs/guides/${name}.md.`);
  const { url, clientId } = project.shop;
  for (const { language, code } of guide.blocks) {
    if (language === "sh") continue;
    const [, path] = NAMED.exec(code) ?? [];
    if (!path) throw new Error(`A block of docs/guides/${name}.md does not begin with its file's name:\n${code}`);
    project.write(path, code.replaceAll("https://shop.example", url).replaceAll('"storefront"', JSON.stringify(clientId)));
  }
}
