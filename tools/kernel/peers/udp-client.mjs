// Sends one datagram of each size, one after another, over a connected UDP socket and waits for each to come back; reports what did
// not, and ICMP errors.
import { randomBytes } from "node:crypto";
import { createSocket } from "node:dgram";
import { codeOf, onCommand, options, tell } from "./protocol.mjs";

const { host, port, sizes = [0], patience = 2000, localPort } = options();
onCommand(() => {});

const socket = createSocket(host.includes(":") ? "udp6" : "udp4");
let arrived = null;
const errors = {};
const note = (error) => {
  errors[codeOf(error)] = (errors[codeOf(error)] ?? 0) + 1;
  arrived?.(null);
};
socket.on("error", note);
socket.on("message", (message) => arrived?.(message));
await new Promise((resolve) => socket.bind({ port: localPort, exclusive: true }, resolve));
await new Promise((resolve) => socket.connect(port, host, resolve));
socket.setRecvBufferSize(1 << 20);
socket.setSendBufferSize(1 << 20);

const began = performance.now();
const missing = [];
let echoed = 0;
for (const size of sizes) {
  const data = randomBytes(size);
  const answer = await new Promise((resolve) => {
    const timer = setTimeout(() => resolve(null), patience);
    arrived = (message) => {
      clearTimeout(timer);
      resolve(message);
    };
    socket.send(data, (error) => {
      if (error) note(error);
    });
  });
  if (answer !== null && data.equals(answer)) echoed++;
  else missing.push(size);
}
tell("done", { echoed, missing, errors, milliseconds: performance.now() - began });
process.exit(0);
