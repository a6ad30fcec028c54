import { boot } from "@mnet/boot";

await boot({ name: "service" }, async ({ stack }) => {
  const listener = stack.tcp.listen({ port: 9000 });
  await listener.serve(async (flow) => {
    for await (const chunk of flow) await flow.write(chunk);
  });
});
