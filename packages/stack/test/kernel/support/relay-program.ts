// The relay of the tests in a process of its own. By hand, `relay-program.ts tap0 2` puts the bad cable with seed 2 behind tap0, until it is
// interrupted; relay-process.ts starts it with a channel, over which it tells the same.
import { BAD_CABLE, relay } from "./relay.ts";

const [tap = "tap0", seed = "1", host = "10.0.0.1/24", host6] = process.argv.slice(2);
const { outward, inward, stop } = await relay({
  tap,
  host,
  ...(host6 === undefined ? {} : { host6 }),
  seed: Number(seed),
  conditions: BAD_CABLE,
});
const alive = setInterval(() => {}, 1 << 30);
if (process.send === undefined) process.stdout.write(`relay: ${host} is behind a bad cable from ${tap}\n`);
else process.send({ event: "ready" });

function tell(): void {
  if (process.send === undefined) process.stdout.write(`relay: ${JSON.stringify({ outward, inward })}\n`);
  else if (process.connected) process.send({ event: "statistics", outward, inward });
}

let ending = false;
function end(): void {
  if (ending) return;
  ending = true;
  clearInterval(alive);
  tell();
  void stop().finally(() => {
    if (process.connected) process.disconnect();
  });
}

process.once("SIGINT", end);
process.once("SIGTERM", end);
// Whoever wanted the relay is gone, or says that it is enough.
process.once("message", end);
process.once("disconnect", end);
