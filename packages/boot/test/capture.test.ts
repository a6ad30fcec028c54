import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDevice, parseArguments } from "@mnet/boot";
import { expect, onTestFinished, test } from "vitest";

/** `--pcap`: what happens when not everything can be opened. test/kernel/pcap.test.ts shows what is captured. */

test.each(["/nonexistent/service.pcapng", "/dev/full"])(
  "a capture file %s that cannot be written leaves no device open",
  async (pcap) => {
    const { parameters } = parseArguments(["--net=memory:captured", "--mtu=1400", `--pcap=${pcap}`]);
    await expect(openDevice(parameters)).rejects.toThrow(
      `--pcap ${pcap}: must be a file that can be written`,
    );
    // A segment that nobody is attached to any more takes the MTU of whoever comes.
    const { device, close } = await openDevice(
      parseArguments(["--net=memory:captured", "--mtu=1500"]).parameters,
    );
    expect(device.capabilities.mtu).toBe(1500);
    await device.close();
    close();
  },
);

test("a device that cannot be opened leaves a capture as it is", async () => {
  const folder = mkdtempSync(join(tmpdir(), "mnet-boot-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const pcap = join(folder, "service.pcapng");
  writeFileSync(pcap, "the capture of who has the device");
  await expect(openDevice(parseArguments(["--net=socket:", `--pcap=${pcap}`]).parameters)).rejects.toThrow();
  expect(readFileSync(pcap, "utf8")).toBe("the capture of who has the device");
});
