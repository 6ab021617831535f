// @ts-check
/** What the shop sells. */

/** @typedef {{ id: string, name: string, price: number, emoji: string, colour: string }} Product */

/** @type {[string, number, string, string][]} */
const rows = [
  ["Enamel Coffee Pot", 38, "☕", "#c8553d"],
  ["Sourdough Starter Kit", 24.5, "🍞", "#d9a566"],
  ["Brass Desk Lamp", 89, "💡", "#e0b949"],
  ["Monstera in a Pot", 32, "🪴", "#5a9367"],
  ["Wool Blanket", 74, "🧶", "#8d6b94"],
  ["Pocket Telescope", 56, "🔭", "#3d5a80"],
  ["Beeswax Candles", 18, "🕯️", "#e9c46a"],
  ["Walnut Chess Set", 120, "♟️", "#7f5539"],
  ["Travel Watercolours", 27, "🎨", "#457b9d"],
  ["Alpine Honey", 12.9, "🍯", "#e09f3e"],
  ["Cast Iron Pan", 64, "🍳", "#495057"],
  ["Paper Kite", 15, "🪁", "#e56b6f"],
];

/** @type {readonly Product[]} */
export const products = rows.map(([name, price, emoji, colour], index) => ({
  id: String(index + 1),
  name,
  price,
  emoji,
  colour,
}));

/** @param {unknown} id */
export const productById = (id) => products.find((product) => product.id === String(id));
