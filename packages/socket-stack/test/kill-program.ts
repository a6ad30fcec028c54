/** Kills a socket stack with everything open and pending, prints what became of it, and must end by itself. */
import { createSocketStack } from "@mnet/socket-stack";

const host = "127.0.0.1";
const stack = await createSocketStack();
const other = await createSocketStack({ ipv4: host });
const listener = other.tcp.listen(0);
const { port } = listener.local;
const flow = await stack.tcp.connect({ host, port });
const socket = stack.udp.bind();
const pending: Record<string, Promise<unknown>> = {
  accept: stack.tcp.listen(0).accept(),
  serve: stack.tcp.listen(0).serve(() => {}),
  read: flow.read(new Uint8Array(1)),
  // An answer from a listener that nobody accepts from.
  far: (await stack.tcp.connect({ host, port })).read(new Uint8Array(1)),
  connect: stack.tcp.connect({ host, port }),
  recv: socket.recv(),
};
const codes = Object.entries(pending).map(([call, promise]) =>
  promise.then(
    () => [call, "resolved"],
    (error: { code: string }) => [call, error.code],
  ),
);
await Promise.all([stack.kill(), other.kill()]);
const left = process.getActiveResourcesInfo().filter((name) => /TCP|UDP|Timeout/.test(name));
console.log(JSON.stringify({ ...Object.fromEntries(await Promise.all(codes)), left }));
