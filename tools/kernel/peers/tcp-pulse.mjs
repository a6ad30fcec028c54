// One TCP connection to an echo service that sends 16 octets every `interval` milliseconds and waits for each to come back. The command
// `report` tells the exchanges and the longest one since the last report, one under way included; `end` ends it.
import { connect } from "node:net";
import { codeOf, onCommand, options, tell } from "./protocol.mjs";

const { host, port, interval = 20 } = options();
const OCTETS = 16;

const socket = connect({ host, port, noDelay: true });
let exchanges = 0;
let worst = 0;
let sentAt = 0;
let waitingFor = 0;

function pulse() {
  sentAt = performance.now();
  waitingFor = OCTETS;
  socket.write(Buffer.alloc(OCTETS, exchanges));
}

onCommand((command) => {
  if (command === "report") {
    const underWay = waitingFor > 0 ? performance.now() - sentAt : 0;
    tell("report", { exchanges, worst: Math.max(worst, underWay) });
    exchanges = 0;
    worst = 0;
  }
  if (command === "end") socket.end();
});

socket.on("connect", () => {
  tell("connected");
  pulse();
});
socket.on("data", (chunk) => {
  waitingFor -= chunk.length;
  if (waitingFor > 0) return;
  worst = Math.max(worst, performance.now() - sentAt);
  exchanges++;
  setTimeout(pulse, interval);
});
socket.on("error", (failure) => tell("failed", { error: codeOf(failure) }));
socket.on("close", () => {
  tell("closed");
  process.exit(0);
});
