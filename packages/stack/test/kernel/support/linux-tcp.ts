import { run, runOk } from "@mnet/kernel-tools";
import { onTestFinished } from "vitest";

/** ss(8)'s view of Linux's end of the connection with `port`. */
export async function linuxKnows(port: number): Promise<string> {
  const ends = `( sport = :${port} or dport = :${port} )`;
  const { stdout } = await runOk("ss", ["-tionOH", "state", "established", ends]);
  return stdout.trim();
}

/** The switches of Linux's TCP in this namespace; put back when the test ends. */
export async function linuxWith(settings: Readonly<Record<string, number>>): Promise<void> {
  for (const [name, value] of Object.entries(settings)) {
    const key = `net.ipv4.${name}`;
    const { stdout } = await runOk("sysctl", ["-n", key]);
    onTestFinished(async () => void (await run("sysctl", ["-q", "-w", `${key}=${stdout.trim()}`])));
    await runOk("sysctl", ["-q", "-w", `${key}=${value}`]);
  }
}
