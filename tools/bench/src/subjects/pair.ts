import { devicePair } from "@mnet/devices";
import { createStack, type Stack, type StackParameters } from "@mnet/stack";

export const CLIENT = "10.0.0.1";
export const SERVER = "10.0.0.2";

/** Two stacks in this process on an in-memory Ethernet of MTU 1500: every frame is copied once, every checksum made and verified. */
export interface StackPair {
  readonly client: Stack;
  readonly server: Stack;
  close(): Promise<void>;
}

export async function stackPair(parameters: StackParameters = {}): Promise<StackPair> {
  const [near, far] = devicePair();
  const client = await createStack({ device: near, name: "client", ipv4: `${CLIENT}/24`, parameters });
  const server = await createStack({ device: far, name: "server", ipv4: `${SERVER}/24`, parameters });
  return {
    client,
    server,
    close: async () => {
      await Promise.all([client.kill({ timeout: 0 }), server.kill({ timeout: 0 })]);
    },
  };
}

/** Frames that both stacks have sent. */
export function framesSent({ client, server }: StackPair): number {
  const sent = (stack: Stack): number => stack.stats()["ethernet"]?.["sentHandled"] ?? 0;
  return sent(client) + sent(server);
}
