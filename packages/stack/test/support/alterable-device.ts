import type { DeviceSink, LinkCapabilities, NetworkDevice } from "@mnet/core";

/** A device whose capabilities change, and which fails, when a test says so. */
export class AlterableDevice implements NetworkDevice {
  readonly #inner: NetworkDevice;
  #sink: DeviceSink | null = null;
  #capabilities: LinkCapabilities;

  constructor(inner: NetworkDevice, capabilities: Partial<LinkCapabilities> = {}) {
    this.#inner = inner;
    this.#capabilities = { ...inner.capabilities, ...capabilities };
  }

  change(capabilities: Partial<LinkCapabilities>): void {
    this.#capabilities = { ...this.#capabilities, ...capabilities };
    this.#sink?.capabilitiesChanged();
  }

  fail(error: Error): void {
    this.#sink?.failed(error);
  }

  get mac(): NetworkDevice["mac"] {
    return this.#inner.mac;
  }

  get capabilities(): LinkCapabilities {
    return this.#capabilities;
  }

  start(sink: DeviceSink): void {
    this.#sink = sink;
    this.#inner.start(sink);
  }

  send(packet: Parameters<NetworkDevice["send"]>[0]): boolean {
    return this.#inner.send(packet);
  }

  pause(): void {
    this.#inner.pause();
  }

  resume(): void {
    this.#inner.resume();
  }

  ref(): void {
    this.#inner.ref();
  }

  unref(): void {
    this.#inner.unref();
  }

  close(): Promise<void> {
    return this.#inner.close();
  }
}
