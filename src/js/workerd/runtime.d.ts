// What this package uses of workerd alone.

declare module "cloudflare:workers" {
  /** Not in runtimes from before August 2025. */
  export const waitUntil: undefined | ((promise: Promise<unknown>) => void);
}

declare var Cloudflare: undefined | { compatibilityFlags: { readonly [flag: string]: boolean } };
