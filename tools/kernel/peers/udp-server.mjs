// Echoes UDP datagrams.
import { createSocket } from "node:dgram";
import { codeOf, onCommand, options, tell } from "./protocol.mjs";

const { host = "0.0.0.0", port = 0 } = options();
onCommand(() => {});
const socket = createSocket(host.includes(":") ? "udp6" : "udp4");
socket.on("error", (error) => {
  tell("error", { code: codeOf(error) });
  process.exit(1);
});
socket.on("message", (message, from) => {
  tell("datagram", { octets: message.length, address: from.address, port: from.port });
  socket.send(message, from.port, from.address);
});
socket.bind(port, host, () => {
  socket.setRecvBufferSize(1 << 20);
  socket.setSendBufferSize(1 << 20);
  tell("listening", { port: socket.address().port });
});
