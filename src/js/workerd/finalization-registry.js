// @ts-check
// Before 2025-05-05, workerd tells nobody what has become garbage: clients that are not disposed of stay.

const { FinalizationRegistry = class {
  register() {}
  unregister() {}
} } = globalThis;

export { FinalizationRegistry };
