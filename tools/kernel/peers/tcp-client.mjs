// Makes TCP connections, one after another or many at once, sends random octets on each, reads to the end of the stream and reports.
import { connect } from "node:net";
import { codeOf, Digest, onCommand, options, pump, tell } from "./protocol.mjs";

const {
  host,
  port,
  octets = 0,
  connections = 1,
  concurrency = 1,
  together = false,
  halfClose = true,
  reset = null,
  stalled = false,
  limit = null,
} = options();

/** @type {Set<import("node:net").Socket>} */
const open = new Set();
let established = 0;
const waiting = [];

onCommand((command) => {
  if (command === "resume") for (const socket of open) socket.resume();
  if (command === "end") for (const socket of open) socket.end();
});

/** Resolves when all connections are established; with `together` nobody sends before. */
function meet() {
  established++;
  if (!together) return Promise.resolve();
  return new Promise((resolve) => {
    waiting.push(resolve);
    if (waiting.length === connections) {
      tell("together", { connections });
      for (const go of waiting) go();
    }
  });
}

function one() {
  return new Promise((resolve) => {
    const sent = new Digest();
    const received = new Digest();
    let ended = false;
    let error = null;
    const socket = connect({ host, port, allowHalfOpen: true });
    open.add(socket);
    if (stalled) socket.pause();
    socket.on("connect", async () => {
      tell("connected", { localPort: socket.localPort });
      await meet();
      pump(socket, octets, sent, halfClose);
    });
    if (!stalled) listen();
    else socket.once("resume", listen);
    function listen() {
      socket.on("data", (chunk) => {
        received.add(chunk);
        if (reset !== null && received.octets >= reset) socket.resetAndDestroy();
        else if (limit !== null && received.octets >= limit) socket.end();
      });
    }
    socket.on("end", () => {
      ended = true;
      if (!halfClose) socket.end();
    });
    socket.on("error", (failure) => {
      error = codeOf(failure);
    });
    socket.on("close", () => {
      open.delete(socket);
      resolve({
        sent: sent.octets,
        sentHash: sent.hash,
        received: received.octets,
        receivedHash: received.hash,
        ended,
        error,
      });
    });
  });
}

const began = performance.now();
const results = [];
let left = connections;
async function lane() {
  while (left-- > 0) results.push(await one());
}
await Promise.all(Array.from({ length: together ? connections : concurrency }, lane));

const errors = {};
for (const { error } of results) if (error !== null) errors[error] = (errors[error] ?? 0) + 1;
tell("done", {
  established,
  milliseconds: performance.now() - began,
  ended: results.filter((result) => result.ended && result.error === null).length,
  echoed: results.filter((r) => r.ended && r.error === null && r.sentHash === r.receivedHash).length,
  errors,
  first: results[0],
});
process.exit(0);
