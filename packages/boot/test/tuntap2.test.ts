import { EventEmitter } from "node:events";
import {
  arpPacket,
  ethernetFrame,
  icmpV4EchoRequest,
  ipv4Packet,
  parseEthernet,
  parseIcmpV4,
  parseIpv4,
} from "@mnet/conformance";
import { afterEach, expect, test, vi } from "vitest";
import { boot, openDevice, parseArguments } from "../src/index.ts";

afterEach(() => {
  process.exitCode = undefined;
  vi.restoreAllMocks();
});

/** A limit for a test that hangs, not for a slow machine. */
const PATIENT = { timeout: 20_000 };

/** The module as its `Tap` behaves: events on an object of its own, properties that do things. */
function fakeTuntap2(broken?: string) {
  const calls: string[] = [];
  const written: Uint8Array[] = [];
  const events = new EventEmitter();
  class Tap {
    readonly name = "tap0";
    readonly writable = true;
    #mtu = 1500;

    constructor() {
      calls.push("new");
    }
    get mac(): number[] {
      return [0x02, 0xca, 0xfe, 0, 0, 1];
    }
    get mtu(): number {
      return this.#mtu;
    }
    set mtu(value: number) {
      calls.push(`mtu ${value}`);
      this.#mtu = value;
    }
    set isUp(value: boolean) {
      if (broken !== undefined) throw broken;
      calls.push(`up ${value}`);
    }
    set ipv4(value: string) {
      calls.push(`ipv4 ${value}`);
    }
    on(event: string, listener: () => void): this {
      events.on(event, listener);
      return this;
    }
    removeListener(event: string, listener: () => void): this {
      events.removeListener(event, listener);
      return this;
    }
    write(frame: Uint8Array, _encoding: undefined, callback: () => void): boolean {
      written.push(frame);
      queueMicrotask(callback);
      return true;
    }
    release(): void {
      calls.push("release");
    }
  }
  return { calls, written, events, Tap };
}

test("--net service=tuntap2: opens a TAP of that package, sets it up as told, and releases it at the end", async () => {
  const { calls, written, events, Tap } = fakeTuntap2();
  const imported: string[] = [];
  const argv = [
    "--net",
    "service=tuntap2:",
    "--mtu",
    "1400",
    "--ipv4",
    "10.0.0.2/24",
    "--host-ipv4",
    "10.0.0.1/24",
  ];
  const importModule = async (name: string) => {
    imported.push(name);
    return { Tap };
  };
  await boot({ name: "service", arguments: argv, importModule }, async ({ stack }) => {
    const host = "02:ca:fe:00:00:01";
    const flow = { source: "10.0.0.1", destination: "10.0.0.2" };
    const echo = ipv4Packet(
      { ...flow, protocol: 1 },
      icmpV4EchoRequest({ identifier: 1, sequence: 1 }, new Uint8Array(8)),
    );
    events.emit(
      "data",
      Buffer.from(ethernetFrame({ destination: String(stack.mac), source: host, etherType: 0x0800 }, echo)),
    );
    // The answer waits for the host's address: it asks for it, by ARP.
    await vi.waitFor(
      () => expect(written.some((frame) => frame[13] === 6 && frame[21] === 1)).toBe(true),
      PATIENT,
    );
    const sender = {
      senderMac: host,
      senderAddress: flow.source,
      targetMac: String(stack.mac),
      targetAddress: flow.destination,
    };
    const reply = arpPacket({ operation: "reply", ...sender });
    events.emit(
      "data",
      Buffer.from(ethernetFrame({ destination: String(stack.mac), source: host, etherType: 0x0806 }, reply)),
    );
    await vi.waitFor(() => expect(written.some((frame) => frame[13] === 0)).toBe(true), PATIENT);
    const answer = parseEthernet(written.find((frame) => frame[13] === 0)!);
    expect(answer.destination).toBe(host);
    expect(parseIcmpV4(parseIpv4(answer.payload).payload).type).toBe(0);
  });
  expect(imported).toEqual(["tuntap2"]);
  expect(calls).toEqual(["new", "mtu 1400", "up true", "ipv4 10.0.0.1/24", "release"]);
});

test("where the package is not installed, one line says how to install it; exit code 2", async () => {
  const error = vi.spyOn(console, "error").mockImplementation(() => {});
  const main = vi.fn();
  const missing = (name: string): Promise<never> =>
    Promise.reject(
      Object.assign(new Error(`Cannot find package '${name}'`), { code: "ERR_MODULE_NOT_FOUND" }),
    );
  await boot({ name: "service", arguments: ["--net", "tuntap2:"], importModule: missing }, main);
  expect(error.mock.calls).toEqual([
    [expect.stringMatching(/^service: the package tuntap2 is not installed: npm install tuntap2.*tap:NAME$/)],
  ]);
  expect(process.exitCode).toBe(2);
  expect(main).not.toHaveBeenCalled();
});

const open = (loaded: unknown) =>
  openDevice(parseArguments(["--net", "tuntap2:"]).parameters, { importModule: async () => loaded });

test("a CommonJS module may have its exports as default", async () => {
  const { device, close } = await open({ default: { Tap: fakeTuntap2().Tap } });
  expect(device.capabilities.mtu).toBe(1500);
  await device.close();
  close();
});

test("what goes wrong is told in words, and a TAP that was made is released", async () => {
  await expect(open({ default: {} })).rejects.toThrow("exports no Tap");
  const fake = fakeTuntap2("ioctl failed");
  await expect(open({ Tap: fake.Tap })).rejects.toThrow("tuntap2 cannot open a TAP: ioctl failed");
  expect(fake.calls).toEqual(["new", "release"]);
  const unbuilt = openDevice(parseArguments(["--net", "tuntap2:"]).parameters, {
    importModule: () => Promise.reject(new Error("no native build was found")),
  });
  await expect(unbuilt).rejects.toThrow(/tuntap2 cannot be loaded/);
});

test("the kernel chooses the name", () => {
  expect(parseArguments(["--net", "service=tuntap2:"]).parameters.net).toEqual({ kind: "tuntap2" });
  expect(() => parseArguments(["--net", "tuntap2:tap5"])).toThrow(/lets the kernel choose the name/);
});
