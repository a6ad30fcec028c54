import { FakeIpLayer } from "@mnet/conformance";
import { IpAddress, IpProtocol, SeededRandom } from "@mnet/core";
import { type ConnectionEvents, TcpLayer } from "@mnet/tcp";

// Two hosts. Any IpLayer does; these two only keep what is sent until somebody delivers it.
const near = new FakeIpLayer({ addresses: ["10.0.0.1/24"] });
const far = new FakeIpLayer({ addresses: ["10.0.0.2/24"], peer: "10.0.0.1" });
const client = new TcpLayer({ networks: [near], random: new SeededRandom(1) });
const server = new TcpLayer({ networks: [far], random: new SeededRandom(2) });
let now = 0;

/** What happens is told by events, which only record; a real program resolves promises here. */
function record(heard: string[]): ConnectionEvents {
  return {
    established: () => heard.push("established"),
    readable: () => heard.push("readable"),
    writable: () => heard.push("writable"),
    finished: () => heard.push("finished"),
    closed: (_, error) => heard.push(`closed ${error ?? "in order"}`),
  };
}

/** A moment passes: what the calls made ready is sent, and arrives on the other side. */
function exchange(): void {
  now += 1;
  client.flush(now);
  for (const { octets } of near.take()) far.deliver(IpProtocol.Tcp, octets, {}, now);
  server.flush(now);
  for (const { octets } of far.take()) near.deliver(IpProtocol.Tcp, octets, {}, now);
}

const listener = server.listen({ port: 7 }, { acceptable() {}, closed() {} });
const heard: string[] = [];
const flow = client.connect({ address: IpAddress.parse("10.0.0.2"), port: 7 }, {}, record(heard), now);
const hello = new TextEncoder().encode("hello");
flow.write(hello, 0, hello.length, now);
flow.shutdownWrite(now);
exchange();
exchange();

const served = listener.accept(record([]))!;
const into = new Uint8Array(100);
export const text: string = new TextDecoder().decode(into.subarray(0, served.read(into, now)));
export const isEnd: boolean = served.endOfStream;
served.close(now);
exchange();
exchange();
export const story: string = heard.join(", ");
