// Finds an alphabet for src/js/alphabet.js, and prints it. Run it when the WebAssembly has changed much, and take the
// result if the download becomes smaller: against an alphabet in the order of frequency it saves 400 bytes. It takes
// half a minute, and gives the same result each time.
//
// Brotli predicts a character from the classes of the two characters before it (RFC 7932 §7.1). So the script assigns
// characters to bytes, by simulated annealing, such that the entropy of the next character is small.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../shell.js";

/** The characters that need no escape in a string literal: all printable ones but the quote and the backslash. */
const CHARACTERS = Array.from({ length: 95 }, (_, at) => String.fromCharCode(32 + at)).filter((char) => !/["\\]/.test(char));

/** The classes of the last character, and of the one before it. */
const CLASSES_OF_LAST = [/ /, /%/, /\./, /=/, /'/, /[(<[{]/, /[)>\]}]/, /[,:;]/, /\d/, /[AEIOU]/, /[A-Z]/, /[aeiou]/, /[a-z]/, /./];
const CLASSES_BEFORE = [/[a-z]/, /[A-Z\d]/, /./];

const FIRST_OF_PAIR = ["=", "%"];
const OTHERS = CHARACTERS.filter((char) => !FIRST_OF_PAIR.includes(char));

/** The shortest sequence that Brotli copies if it has occurred before. */
const SHORTEST_COPY = 6;

const ROUNDS = 60_000;
const FIRST_TEMPERATURE = 30;

const bytes = readFileSync(join(root, "dist/core.wasm"));
const single = mostFrequent(OTHERS.length);
let seed = 1;
const trigrams = trigramsOf(bytes);
console.log(alphabetOf(anneal()));

/** The bytes that become one character each, in ascending order. */
function mostFrequent(count) {
  const counts = new Array(256).fill(0);
  for (const byte of bytes) counts[byte]++;
  const byFrequency = Array.from(counts.keys()).sort((a, b) => counts[b] - counts[a] || a - b);
  return byFrequency.slice(0, count).sort((a, b) => a - b);
}

/** Counts each sequence of three symbols. Leaves out those whose last symbol Brotli would copy. */
function trigramsOf(bytes) {
  const [isCopied, symbols] = [copied(bytes), symbolsOfEach()];
  const sequence = Array.from(bytes).flatMap((byte, at) => symbols[byte].map((symbol) => ({ symbol, copy: isCopied[at] })));
  const counts = new Map();
  sequence.forEach(({ symbol, copy }, at) => {
    if (copy || at < 2) return;
    const key = [sequence[at - 2].symbol, sequence[at - 1].symbol, symbol].join();
    counts.set(key, (counts.get(key) ?? 0) + 1);
  });
  return Array.from(counts, ([key, count]) => [...key.split(",").map(Number), count]);
}

/** The symbols of each byte: its index among the single ones, or the first of a pair and an index. */
function symbolsOfEach() {
  let rare = 0;
  return Array.from({ length: 256 }, (_, byte) => {
    const place = single.indexOf(byte);
    if (place >= 0) return [place];
    return [single.length + Math.floor(rare / single.length), rare++ % single.length];
  });
}

/** Which bytes are part of a sequence that has occurred before. */
function copied(bytes) {
  const isCopied = new Uint8Array(bytes.length);
  const seen = new Map();
  for (let at = 0; at + SHORTEST_COPY <= bytes.length; at++) {
    const key = bytes.toString("latin1", at, at + SHORTEST_COPY);
    if (seen.has(key)) isCopied.fill(1, at, at + SHORTEST_COPY);
    seen.set(key, at);
  }
  return isCopied;
}

/** @returns the character of each symbol: of the single bytes, then of those that begin a pair */
function anneal() {
  const characters = [...OTHERS, ...FIRST_OF_PAIR];
  const entropy = entropyOf(characters.length);
  const swap = (a, b) => ([characters[a], characters[b]] = [characters[b], characters[a]]);
  let now = entropy(characters);
  for (let round = 0; round < ROUNDS; round++) {
    const temperature = FIRST_TEMPERATURE * (1 - round / ROUNDS) ** 2 + 0.01;
    const [a, b] = [random() * OTHERS.length, random() * OTHERS.length].map(Math.floor);
    swap(a, b);
    const next = entropy(characters);
    if (next < now || random() < Math.exp((now - next) / temperature)) now = next;
    else swap(a, b);
  }
  return characters;
}

/**
 * Returns a function that computes the entropy of all symbols, in bytes, for an assignment of characters. The probability of
 * a symbol is conditional on its context: the classes of the two characters before it.
 */
function entropyOf(length) {
  const contexts = CLASSES_OF_LAST.length * CLASSES_BEFORE.length;
  const classOf = (patterns) => new Map(CHARACTERS.map((char) => [char, patterns.findIndex((pattern) => pattern.test(char))]));
  const [classOfLast, classBefore] = [classOf(CLASSES_OF_LAST), classOf(CLASSES_BEFORE)];
  // How often each symbol follows in each context, and how many symbols follow in each context.
  const [counts, totals] = [new Uint32Array(contexts * length), new Uint32Array(contexts)];
  const xLog2x = (x) => (x ? x * Math.log2(x) : 0);
  const sumXLog2x = (all) => all.reduce((total, x) => total + xLog2x(x), 0);
  return (characters) => {
    counts.fill(0);
    totals.fill(0);
    const lastOf = characters.map((char) => classOfLast.get(char));
    const beforeOf = characters.map((char) => classBefore.get(char));
    for (const [first, second, third, count] of trigrams) {
      const context = lastOf[second] * CLASSES_BEFORE.length + beforeOf[first];
      counts[context * length + third] += count;
      totals[context] += count;
    }
    // The sum of count * log2(total / count), in bytes.
    return (sumXLog2x(totals) - sumXLog2x(counts)) / 8;
  };
}

/** Pseudo-random numbers, the same in each run. */
function random() {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return seed / 2 ** 32;
}

/** The alphabet as src/js/alphabet.js has it. */
function alphabetOf(characters) {
  let rare = 0;
  const first = () => FIRST_OF_PAIR[Math.floor(rare++ / single.length)];
  const place = (byte) => single.indexOf(byte);
  return Array.from({ length: 256 }, (_, byte) => (place(byte) < 0 ? first() : characters[place(byte)])).join("");
}
