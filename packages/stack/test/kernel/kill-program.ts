/** Kills a stack with everything pending, prints what each call was rejected with, and must end by itself. */
import { createStack } from "@mnet/stack";
import { openTap } from "@mnet/tuntap";

const host = "10.0.0.1";
const device = openTap({ name: "kill0", host: { ipv4: `${host}/24` } });
const stack = await createStack({ device, ipv4: "10.0.0.2/24" });
const flow = await stack.tcp.connect({ host, port: Number(process.argv[2]) });
const pending: Record<string, Promise<unknown>> = {
  accept: stack.tcp.listen(80).accept(),
  read: flow.read(new Uint8Array(1)),
  connect: stack.tcp.connect({ host: "10.0.0.99", port: 80 }),
  recv: stack.udp.bind({ port: 7 }).recv(),
};
const codes = Object.entries(pending).map(([call, promise]) =>
  promise.then(
    () => [call, "resolved"],
    (error: { code: string }) => [call, error.code],
  ),
);
await new Promise((resolve) => setTimeout(resolve, 100));
await stack.kill();
console.log(JSON.stringify(Object.fromEntries(await Promise.all(codes))));
