import { OTHERS } from './experts-data.ts';

/** Place of each expert's colour, by order of appearance on the page: one expert has one colour in all cards. */
const places = new Map<string, number>();

/**
 * A place in the palette for each expert of one chart. No two share one as long as there are enough: of experts whose
 * places collide, the later takes the next free one.
 * @param count places of the palette
 */
export function colourPlaces(names: readonly string[], count: number): (number | undefined)[] {
  const taken = new Set<number>();
  return names.map((name) => {
    if (name === OTHERS) return undefined;
    const own = places.get(name) ?? places.size % count;
    places.set(name, own);
    const free = Array.from({ length: count }, (_, i) => (own + i) % count).find(
      (place) => !taken.has(place),
    );
    const place = free ?? own;
    taken.add(place);
    return place;
  });
}
