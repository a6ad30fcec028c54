// The relay of relay.test.ts by hand: `relay-program.ts tap0 2` puts the bad cable with seed 2 behind tap0, until it is interrupted.
import { BAD_CABLE, relay } from "./relay.ts";

const [tap = "tap0", seed = "1", host = "10.0.0.1/24"] = process.argv.slice(2);
const { outward, inward, stop } = await relay({ tap, host, seed: Number(seed), conditions: BAD_CABLE });
const alive = setInterval(() => {}, 1 << 30);
process.stdout.write(`relay: ${host} is behind a bad cable from ${tap}\n`);
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    clearInterval(alive);
    process.stdout.write(`relay: ${JSON.stringify({ outward, inward })}\n`);
    void stop();
  });
}
