import { parentPort } from "node:worker_threads";
import { messagePortDevice } from "@mnet/devices";
import { createStack } from "@mnet/stack";

// A stack that lives in a worker: it echoes until it is told to stop, which is when the other end is gone.
const device = messagePortDevice(parentPort!, { mac: "02:00:00:00:00:02" });
const stack = await createStack({ device, ipv4: "10.0.0.2/24" });
device.ref();
stack.on("link", ({ up }) => {
  if (!up) void stack.kill();
});
await stack.tcp
  .listen(7)
  .serve(async (flow) => {
    for await (const chunk of flow) await flow.write(chunk);
  })
  .catch(() => {});
