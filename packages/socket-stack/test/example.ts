import { createSocketStack } from "@mnet/socket-stack";

// The same service as on a device of its own, on the sockets of the host: here on 127.0.0.1 alone.
const stack = await createSocketStack({ name: "service", ipv4: "127.0.0.1/24" });

const listener = stack.tcp.listen({ port: 0 });
const serving = listener.serve(async (flow) => {
  for await (const chunk of flow) await flow.write(chunk);
});

const flow = await stack.tcp.connect({ host: "127.0.0.1", port: listener.local.port });
await flow.write("hello");
export const echoed: string = new TextDecoder().decode(await flow.readExactly(5));

await flow.close();
await listener.close();
await serving;
await stack.kill();
