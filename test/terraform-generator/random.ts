/** A source of random choices that a seed decides (mulberry32). */
export interface Random {
  /** 0 … `below` − 1. */
  readonly int: (below: number) => number;
  readonly chance: (probability: number) => boolean;
  readonly pick: <Item>(items: readonly Item[]) => Item;
  /** Between `least` and `most` different ones, in random order. */
  readonly some: <Item>(items: readonly Item[], least: number, most: number) => Item[];
}

export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const int = (below: number): number => Math.floor(next() * below);
  const some = <Item>(items: readonly Item[], least: number, most: number): Item[] => {
    const left = [...items];
    const count = Math.min(left.length, least + int(most - least + 1));
    return Array.from({ length: count }, () => left.splice(int(left.length), 1)).flat();
  };
  return {
    int,
    chance: (probability) => next() < probability,
    pick: (items) => {
      const item = items[int(items.length)];
      if (item === undefined) throw new Error("There is nothing to choose from.");
      return item;
    },
    some,
  };
}
