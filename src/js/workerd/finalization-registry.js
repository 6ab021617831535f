// @ts-check
// workerd has no FinalizationRegistry before the compatibility date 2025-05-05. There, only `dispose` frees a client.

const { FinalizationRegistry = class {
  register() {}
  unregister() {}
} } = globalThis;

export { FinalizationRegistry };
