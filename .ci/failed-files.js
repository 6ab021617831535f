// A reporter for node:test that writes one line for each failed file of tests.

export default async function* failedFiles(events) {
  for await (const { type, data } of events) if (type === "test:fail" && data.nesting === 0) yield `${data.file}\n`;
}
