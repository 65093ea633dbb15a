/** Deterministic pseudo-randomness, so that every run and every screenshot shows the same world. */

export type Random = () => number;

/** Mulberry-style 32-bit generator, uniform in [0, 1). */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

export const pick = <T>(random: Random, items: readonly T[]): T =>
  items[Math.floor(random() * items.length)] as T;

/** A stable number for a text, to seed sub-generators. */
export function hash(text: string): number {
  let value = 2166136261;
  for (const char of text) value = Math.imul(value ^ char.charCodeAt(0), 16777619);
  return value >>> 0;
}

export const hex = (seed: number, length = 12): string => {
  const random = seeded(seed);
  return Array.from({ length }, () => Math.floor(random() * 16).toString(16)).join("");
};
