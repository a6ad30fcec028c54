import { devicePair } from "@mnet/devices";
import { createStack } from "@mnet/stack";

// Two hosts on one in-memory cable. On Linux a device is openTap({ name: "tap0" }) of @mnet/tuntap.
const [near, far] = devicePair();
const server = await createStack({ device: far, name: "server", ipv4: "10.0.0.2/24" });
const client = await createStack({ device: near, name: "client", ipv4: "10.0.0.1/24" });

const listener = server.tcp.listen({ port: 9000 });
const serving = listener.serve(async (flow) => {
  for await (const chunk of flow) await flow.write(chunk);
});

const flow = await client.tcp.connect({ host: "10.0.0.2", port: 9000 });
await flow.write("hello");
export const echoed: string = new TextDecoder().decode(await flow.readExactly(5));

await flow.close();
await listener.close();
await serving;
await Promise.all([client.kill(), server.kill()]);
