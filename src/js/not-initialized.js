// @ts-check

export const tooEarly = () => new Error("storefront-token-client/slim: await init() before the first new TokenClient().");
