import { type IpPrefix, type MacAddress, toIpPrefix, toMacAddress } from "@mnet/core";
import { derivedMac } from "./derived-mac.ts";
import { TapDevice } from "./device.ts";
import { controlError, openError } from "./errors.ts";
import { checkInterfaceName } from "./ifreq.ts";
import { HostInterface } from "./interface.ts";
import { LinuxTap } from "./kernel.ts";
import { Errno, type Libc, libc } from "./libc.ts";
import { MAXIMUM_MTU, MINIMUM_MTU, TRANSMIT_QUEUE_LENGTH } from "./params.ts";
import { TunFile } from "./tun-file.ts";

/** What {@link openTap} takes; nothing is required. */
export interface TapOptions {
  /** The interface's name on the host; `%d` stands for the first free number. Default `tap%d`. */
  readonly name?: string;
  /**
   * The address the stack should use. Default: locally administered, made from the interface's name. Two machines with the same
   * name on one bridged network need addresses of their own.
   */
  readonly mac?: MacAddress | string;
  /** Octets of the largest IP datagram, 68 to 65521. Default: what the interface has (1500 for a new one). */
  readonly mtu?: number;
  /** The host's side. When given, even empty, the interface is brought up; one that is created is always brought up. */
  readonly host?: {
    /** The host's address and the network behind it, such as `10.0.0.1/24`. It replaces the host's first address. */
    readonly ipv4?: IpPrefix | string;
    /** One more address of the host, such as `fd00::1/64`. */
    readonly ipv6?: IpPrefix | string;
  };
}

interface Wanted {
  readonly name: string;
  readonly mac: MacAddress | null;
  readonly mtu: number | null;
  readonly host: { readonly ipv4: IpPrefix | null; readonly ipv6: IpPrefix | null } | null;
}

/**
 * Opens a Linux TAP: attaches to the interface when it exists (it keeps its addresses and state) and creates it otherwise. Nothing
 * is received before `start`; the device does not keep the process alive before `ref`.
 *
 * @throws NetError `EPERM` without the right, `EBUSY` when another program has it, `ENODEV` when there is no TUN driver, `EINVAL`
 * when the name belongs to another kind of interface; each message says what to do.
 * @throws RangeError naming the option that is wrong.
 */
export function openTap(options: TapOptions = {}): TapDevice {
  const wanted = check(options);
  const library = load();
  const host = new HostInterface(library);
  let file: TunFile | null = null;
  try {
    const existed = host.index(wanted.name) !== null;
    file = new TunFile(library, wanted.name);
    const name = file.name() ?? wanted.name;
    configure(host, name, wanted, !existed);
    const hostMac = host.mac(name);
    const mtu = host.mtu(name);
    if (hostMac === null || mtu === null) throw controlError("SIOCGIFHWADDR", Errno.ENODEV, name);
    const mac = wanted.mac ?? derivedMac(name, hostMac);
    return new TapDevice({ kernel: new LinuxTap(file, host, library), name, mac, hostMac, mtu });
  } catch (error) {
    file?.close();
    host.close();
    throw error;
  }
}

function check(options: TapOptions): Wanted {
  const { name = "tap%d", mac, mtu, host } = options;
  checkInterfaceName(name);
  if (mtu !== undefined && !(Number.isInteger(mtu) && mtu >= MINIMUM_MTU && mtu <= MAXIMUM_MTU)) {
    throw new RangeError(`mtu must be an integer from ${MINIMUM_MTU} to ${MAXIMUM_MTU}, not ${mtu}`);
  }
  const address = mac === undefined ? null : toMacAddress(mac);
  if (address !== null && (address.isMulticast || address.isZero)) {
    throw new RangeError(`mac must be the address of one station, not ${address}`);
  }
  return {
    name,
    mac: address,
    mtu: mtu ?? null,
    host:
      host === undefined ? null : { ipv4: prefix(host.ipv4, "ipv4", 4), ipv6: prefix(host.ipv6, "ipv6", 6) },
  };
}

function prefix(value: IpPrefix | string | undefined, option: string, family: 4 | 6): IpPrefix | null {
  if (value === undefined) return null;
  const parsed = toIpPrefix(value);
  if (parsed.family !== family) throw new RangeError(`host.${option} must be IPv${family}, not ${parsed}`);
  return parsed;
}

function load(): Libc {
  if (process.platform !== "linux") throw openError("ENOSYS");
  return libc();
}

function configure(host: HostInterface, name: string, wanted: Wanted, created: boolean): void {
  if (wanted.mtu !== null) host.setMtu(name, wanted.mtu);
  if (created) host.setQueueLength(name, TRANSMIT_QUEUE_LENGTH);
  if (wanted.host?.ipv4) host.setIpv4(name, wanted.host.ipv4);
  if (created || wanted.host !== null) host.setUp(name, true);
  if (wanted.host?.ipv6) host.addIpv6(name, wanted.host.ipv6);
}
