import { IpAddress, toHex } from "@mnet/core";
import { describe, expect, test } from "vitest";
import { checkInterfaceName, Ifreq, in6Ifreq } from "../src/ifreq.ts";
import { queueLengthRequest } from "../src/queue-length.ts";

describe("struct ifreq", () => {
  const name = "746170300000000000000000000000 00".replaceAll(" ", "");

  test("holds the name, zero-terminated", () => {
    expect(toHex(new Ifreq("tap0").bytes)).toBe(name + "00".repeat(24));
    expect(new Ifreq("tap0").name).toBe("tap0");
    expect(new Ifreq("").name).toBe("");
    expect(new Ifreq("fifteen-octets.").name).toBe("fifteen-octets.");
  });

  test("flags are a short, numbers an int, both little-endian on this machine", () => {
    const request = new Ifreq("tap0");
    request.flags = 0x1002;
    expect(toHex(request.bytes)).toBe(`${name}0210${"00".repeat(22)}`);
    request.int = 1500;
    expect(toHex(request.bytes)).toBe(`${name}dc050000${"00".repeat(20)}`);
    expect(request.int).toBe(1500);
  });

  test("an IPv4 address is a sockaddr_in in network order", () => {
    const request = new Ifreq("tap0");
    request.ipv4 = IpAddress.parse("10.0.0.1").w3;
    expect(toHex(request.bytes)).toBe(`${name}0200${"0000"}0a000001${"00".repeat(16)}`);
    expect(IpAddress.v4(request.ipv4).toString()).toBe("10.0.0.1");
  });

  test("struct in6_ifreq: address, prefix length, index", () => {
    const bytes = in6Ifreq(IpAddress.parse("fd00::1:2"), 64, 7);
    expect(toHex(bytes)).toBe("fd0000000000000000000000000100024000000007000000");
  });
});

test("the request for a queue length: nlmsghdr, ifinfomsg, IFLA_TXQLEN", () => {
  expect(toHex(queueLengthRequest(7, 1000))).toBe(
    ["28000000100005000000000000000000", "00000000070000000000000000000000", "08000d00e8030000"].join(""),
  );
});

describe("interface names", () => {
  test.each(["tap0", "a", "fifteen-octets.", "tap%d", "été"])("%j is one", (name) => {
    expect(() => checkInterfaceName(name)).not.toThrow();
  });

  test.each(["", ".", "..", "sixteen-octets..", "a b", "a/b", "a:1", "a\n", "tap%s", "%d%d", "éééééééé"])(
    "%j is none",
    (name) => {
      expect(() => checkInterfaceName(name)).toThrow(RangeError);
      expect(() => checkInterfaceName(name)).toThrow(JSON.stringify(name));
    },
  );
});
