import client = require("storefront-token-client");

const auth: client.TokenClient = new client.TokenClient({ tokenEndpoint: "https://shop.example/token" });
void auth.getAccessToken().catch((error: unknown) => error instanceof client.TokenError);
