// Serves TCP in one of these ways: echo; sink (answers an ended stream with its SHA-256 in hexadecimal); source (sends `octets` and
// ends); reset (resets after `octets` are read); stall (reads nothing until told "resume"); discard (reads, never answers or ends).
import { createServer } from "node:net";
import { codeOf, Digest, onCommand, options, pump, tell } from "./protocol.mjs";

const { host = "0.0.0.0", port = 0, mode = "echo", octets = 0 } = options();
const open = new Set();

const server = createServer({ allowHalfOpen: true }, (socket) => {
  const received = new Digest();
  const sent = new Digest();
  let ended = false;
  open.add(socket);
  tell("connection", { remoteAddress: socket.remoteAddress, remotePort: socket.remotePort });
  socket.on("error", (error) => tell("error", { code: codeOf(error) }));
  socket.on("close", () => {
    open.delete(socket);
    tell("closed", {
      received: received.octets,
      receivedHash: received.hash,
      sent: sent.octets,
      sentHash: sent.hash,
      ended,
    });
  });
  const read = () => {
    socket.on("data", (chunk) => {
      received.add(chunk);
      if (mode === "reset" && received.octets >= octets) socket.resetAndDestroy();
      if (mode === "echo") {
        sent.add(chunk);
        if (!socket.write(chunk)) {
          socket.pause();
          socket.once("drain", () => socket.resume());
        }
      }
    });
    socket.on("end", () => {
      ended = true;
      if (mode === "sink" || mode === "stall") socket.end(received.hash);
      else if (mode === "echo") socket.end();
    });
  };
  if (mode === "stall") {
    socket.pause();
    socket.once("resume", read);
  } else read();
  if (mode === "source") pump(socket, octets, sent, true);
});

onCommand((command) => {
  if (command === "resume") for (const socket of open) socket.resume();
  if (command === "end") for (const socket of open) socket.end();
  if (command === "reset") for (const socket of open) socket.resetAndDestroy();
  if (command === "close") server.close();
});
server.on("error", (error) => {
  tell("error", { code: codeOf(error) });
  process.exit(1);
});
server.listen({ host, port, backlog: 4096 }, () => tell("listening", { port: server.address().port }));
