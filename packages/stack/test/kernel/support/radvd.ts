import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RemoteNamespace, runOk } from "@mnet/kernel-tools";
import { onTestFinished } from "vitest";

/** A router of Linux on a link: a namespace of its own that forwards IPv6, and radvd when it is asked for. */
export class LinuxRouter {
  /** Its link-local address. */
  readonly address: string;
  readonly mac: string;
  /** Its interface on the link. */
  readonly link: string;
  readonly namespace: RemoteNamespace;
  readonly #folder: string;
  #radvd: ChildProcess | null = null;

  private constructor(namespace: RemoteNamespace, link: string, letter: string) {
    this.namespace = namespace;
    this.link = link;
    this.address = `fe80::${letter}`;
    this.mac = `02:00:00:00:00:0${letter}`;
    this.#folder = mkdtempSync(join(tmpdir(), "mnet-radvd-"));
  }

  /**
   * @param letter a hexadecimal digit that its names and addresses have.
   * @param addresses what is behind it: addresses of its loopback interface.
   * @returns the router, and the interface in this namespace that leads to it, which goes on a bridge.
   */
  static async create(
    letter: string,
    addresses: readonly string[],
  ): Promise<{ router: LinuxRouter; cable: string }> {
    const namespace = await RemoteNamespace.create();
    onTestFinished(() => namespace.stop());
    const [link, cable] = [`router${letter}`, `cable${letter}`];
    const router = new LinuxRouter(namespace, link, letter);
    onTestFinished(() => router.close());
    await runOk("ip", ["link", "add", cable, "type", "veth", "peer", "name", link]);
    onTestFinished(async () => void (await runOk("ip", ["link", "del", cable]).catch(() => {})));
    await namespace.adopt(link);
    await namespace.runOk("sysctl", [
      "-q",
      "-w",
      "net.ipv6.conf.all.forwarding=1",
      `net.ipv6.conf.${link}.addr_gen_mode=1`,
      `net.ipv6.conf.${link}.accept_dad=0`,
    ]);
    await namespace.runOk("ip", ["link", "set", link, "address", router.mac, "up"]);
    await namespace.runOk("ip", ["-6", "address", "add", `${router.address}/64`, "dev", link, "nodad"]);
    for (const address of addresses) {
      await namespace.runOk("ip", ["-6", "address", "add", `${address}/128`, "dev", "lo", "nodad"]);
    }
    return { router, cable };
  }

  /** Gives it one more address on its link, at once. @param prefix such as `2001:db8::a/64`. */
  async addAddress(prefix: string): Promise<void> {
    await this.namespace.runOk("ip", ["-6", "address", "replace", prefix, "dev", this.link, "nodad"]);
  }

  /** Runs radvd on its link. @param body what stands in the interface's block besides that it advertises, as often as may be. */
  async advertise(body: string): Promise<void> {
    const path = join(this.#folder, "radvd.conf");
    writeFileSync(
      path,
      `interface ${this.link} { AdvSendAdvert on; MinRtrAdvInterval 3; MaxRtrAdvInterval 4; ${body} };\n`,
    );
    const programme = [
      "radvd",
      "--nodaemon",
      "--logmethod",
      "stderr",
      "--config",
      path,
      "--pidfile",
      join(this.#folder, "pid"),
    ];
    const child = spawn("nsenter", ["-t", String(this.namespace.pid), "-n", ...programme], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    this.#radvd = child;
    await once(child, "spawn");
  }

  /** Ends radvd. @param signal `SIGTERM` lets it say so to everybody, `SIGKILL` does not. */
  async silence(signal: "SIGTERM" | "SIGKILL"): Promise<void> {
    const child = this.#radvd;
    this.#radvd = null;
    if (child === null || child.exitCode !== null) return;
    const ended = once(child, "exit");
    child.kill(signal);
    await ended;
  }

  async close(): Promise<void> {
    await this.silence("SIGKILL");
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
