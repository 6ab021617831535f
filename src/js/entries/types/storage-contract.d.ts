import type { TokenStorage } from "./storage.js";

/**
 * Returns the rules that a storage of your own must obey, each as a story: a test for any test runner. A read returns the text
 * that was written last; one task at a time runs under the lock; the lock becomes free if its holder dies.
 *
 * @param open opens the storage of the same session again, as another request or process does
 *
 * @example
 * import { storageContract } from "storefront-token-client/testing";
 *
 * for (const { name, run } of storageContract(() => storageOf("anna"))) test(name, run);
 */
export function storageContract(open: () => TokenStorage | Promise<TokenStorage>, options?: StorageContractOptions): StorageStory[];

/** The options of {@link storageContract}. */
export interface StorageContractOptions {
  /** The key that the stories use. They remove its text. Default: `"contract"`. */
  key?: string;
  /** Whether the storage has `withLock`. Default: `true`. */
  isLocked?: boolean;
  /**
   * A function that lets the holder of a lock die: it ends the holder's process or connection. The story ends when the lock
   * is free again. Default: none, and that story is left out.
   */
  kill?: (holder: TokenStorage) => unknown;
  /** Milliseconds after which a story fails. It must exceed the time that a dead holder keeps its lock. Default: 10000. */
  timeout?: number;
}

/** One rule for a storage, as a test. */
export interface StorageStory {
  /** The rule, as a sentence. */
  readonly name: string;
  /**
   * Plays the story. It is rejected if the storage breaks the rule.
   *
   * @example
   * import { storageContract } from "storefront-token-client/testing";
   *
   * for (const story of storageContract(() => storageOf("anna"))) await story.run();
   */
  run(): Promise<void>;
}
