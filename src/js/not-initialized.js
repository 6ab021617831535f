// @ts-check

export const notInitialized = () =>
  new Error("storefront-token-client/slim: await init() before the first new TokenClient().");
