import { createStack } from "@mnet/stack";
import { openTap } from "@mnet/tuntap";
import { Peer } from "../peer.ts";
import type { Subject } from "../subject.ts";
import { echo } from "./ping-pong.ts";
import { Stopwatch } from "./rate.ts";
import { receiveAll, sendFor } from "./transfer.ts";

const HOST = "10.1.0.1";
const STACK = "10.1.0.2";
const BULK_PORT = 9000;
const ECHO_PORT = 9001;

/** A stack on a TAP with plain frames, and an application over the kernel's sockets at its other end: bulk each way, and the ping-pong. */
export async function tap(): Promise<Subject> {
  const device = openTap({ name: "bench%d", host: { ipv4: `${HOST}/24` } });
  const stack = await createStack({ device, name: "bench", ipv4: `${STACK}/24` });
  const bulk = stack.tcp.listen(BULK_PORT);
  stack.tcp
    .listen({ port: ECHO_PORT, noDelay: true })
    .serve(echo)
    .catch(() => {});
  const peer = new Peer();
  return {
    async round({ duration }) {
      const at = { host: STACK, port: BULK_PORT };
      const sendWatch = new Stopwatch();
      const reading = peer.do({ task: "read", ...at });
      const source = await bulk.accept();
      await sendFor(source, duration);
      const sent = await reading;
      await source.close();
      const to = sendWatch.rate("to the kernel MB/s", sent.octets / 1e6, sent.seconds);
      const receiveWatch = new Stopwatch();
      const writing = peer.do({ task: "write", ...at, duration });
      const sink = await bulk.accept();
      const received = await receiveAll(sink);
      const from = receiveWatch.rate("from the kernel MB/s", received.octets / 1e6, received.seconds);
      await sink.close();
      await writing;
      const latency = await peer.do({ task: "ping-pong", host: STACK, port: ECHO_PORT, duration });
      return { ...to, ...from, ...latency.figures };
    },
    async close() {
      await peer.close();
      await stack.kill({ timeout: 0 });
    },
  };
}
