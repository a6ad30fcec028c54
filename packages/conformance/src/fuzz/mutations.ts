import { randomInteger, type SeededRandom } from "@mnet/core";

/** Changes valid octets into what an attacker or a broken sender would send. Owns nothing: returns `octets` or a new array. */
export type Mutation = (
  octets: Uint8Array<ArrayBuffer>,
  random: SeededRandom,
  samples: readonly Uint8Array[],
) => Uint8Array<ArrayBuffer>;

/** Where headers are: lies about lengths are told here. */
const HEADERS = 96;
/** Octets that a mutation inserts or adds at most, unless it is the one that makes datagrams large. */
const SHORT = 64;
const EDGES_8 = [0, 1, 2, 3, 4, 5, 7, 8, 15, 16, 0x45, 0x46, 0x4f, 0x7f, 0x80, 0xf0, 0xfe, 0xff];
const EDGES_16 = [0, 1, 7, 8, 19, 20, 21, 59, 60, 61, 0x1fff, 0x2000, 0x3fff, 0x7fff, 0x8000, 0xfffe, 0xffff];
const EDGES_32 = [0, 1, 0x7fff_ffff, 0x8000_0000, 0x8000_0001, 0xffff_fffe, 0xffff_ffff];
/** Kinds of IPv4 and TCP options that parsers know, and some that nobody does. */
const OPTION_KINDS = [0, 1, 2, 3, 4, 5, 7, 8, 14, 19, 28, 30, 34, 68, 69, 130, 131, 136, 137, 148, 253, 255];
const OPTION_LENGTHS = [0, 1, 2, 3, 4, 7, 8, 10, 11, 18, 34, 39, 40, 41, 255];

function pick<T>(random: SeededRandom, choices: readonly T[]): T {
  return choices[randomInteger(random, 0, choices.length - 1)]!;
}

/** A position of a field of `width` octets, in the headers three times out of four; -1 when it does not fit. */
function position(octets: Uint8Array, width: number, random: SeededRandom): number {
  const last = octets.length - width;
  if (last < 0) return -1;
  return randomInteger(random, 0, random.u32() % 4 === 0 ? last : Math.min(last, HEADERS));
}

/** One to eight bits turned over. */
export const flipBits: Mutation = (octets, random) => {
  for (let left = randomInteger(random, 1, 8); left > 0 && octets.length > 0; left--) {
    octets[position(octets, 1, random)]! ^= 1 << (random.u32() & 7);
  }
  return octets;
};

/** One octet at the edge of what some field may hold. */
export const setOctet: Mutation = (octets, random) => {
  if (octets.length > 0) octets[position(octets, 1, random)] = pick(random, EDGES_8);
  return octets;
};

/** A 16-bit field that says a little less or more than what is there, or the most that can be said. */
export const lieAboutLength: Mutation = (octets, random) => {
  const at = position(octets, 2, random) & ~1;
  if (octets.length < 2) return octets;
  const near = octets.length - at + randomInteger(random, -24, 24);
  const value = random.u32() % 2 === 0 ? near : pick(random, EDGES_16);
  octets[at] = value >>> 8;
  octets[at + 1] = value;
  return octets;
};

/** A 32-bit field moved a little, by half its range, or to an edge: sequence numbers, addresses, pointers. */
export const shiftWord: Mutation = (octets, random) => {
  const at = position(octets, 4, random) & ~1;
  if (octets.length < 4) return octets;
  const view = new DataView(octets.buffer, octets.byteOffset);
  const moved = view.getUint32(at) + randomInteger(random, -35, 35);
  view.setUint32(at, random.u32() % 2 === 0 ? moved : moved + pick(random, EDGES_32));
  return octets;
};

export const truncate: Mutation = (octets, random) =>
  octets.subarray(0, randomInteger(random, 0, octets.length));

/** More octets behind the end, at times a great many. */
export const extend: Mutation = (octets, random) => {
  const more = randomInteger(random, 1, random.u32() % 8 === 0 ? 1500 : SHORT);
  const longer = new Uint8Array(octets.length + more);
  longer.set(octets);
  random.fill(longer.subarray(octets.length));
  return longer;
};

/** The beginning of this and the end of another sample. */
export const splice: Mutation = (octets, random, samples) => {
  const other = pick(random, samples);
  const head = octets.subarray(0, randomInteger(random, 0, octets.length));
  const tail = other.subarray(randomInteger(random, 0, other.length));
  const joined = new Uint8Array(head.length + tail.length);
  joined.set(head);
  joined.set(tail, head.length);
  return joined;
};

/** Some octets taken out, or repeated where they are. */
export const shiftRest: Mutation = (octets, random) => {
  const from = randomInteger(random, 0, octets.length);
  const to = Math.min(octets.length, from + randomInteger(random, 1, 16));
  const [before, after] = random.u32() % 2 === 0 ? [from, to] : [to, from];
  const joined = new Uint8Array(before + octets.length - after);
  joined.set(octets.subarray(0, before));
  joined.set(octets.subarray(after), before);
  return joined;
};

/** A run of option kinds and lengths, most of them wrong. */
export const optionGarbage: Mutation = (octets, random) => {
  let at = position(octets, 1, random) & ~3;
  const end = Math.min(octets.length, at + randomInteger(random, 1, 40));
  while (at >= 0 && at < end) {
    octets[at] = pick(random, OPTION_KINDS);
    if (at + 1 < end) octets[at + 1] = pick(random, OPTION_LENGTHS);
    at += pick(random, [1, 2, 2, 4, 8, 10]);
  }
  return octets;
};

/** Some octets replaced by random ones. */
export const scramble: Mutation = (octets, random) => {
  const from = randomInteger(random, 0, octets.length);
  random.fill(octets.subarray(from, from + randomInteger(random, 1, 24)));
  return octets;
};

export const mutations: readonly Mutation[] = [
  flipBits,
  setOctet,
  lieAboutLength,
  shiftWord,
  truncate,
  extend,
  splice,
  shiftRest,
  optionGarbage,
  scramble,
];
