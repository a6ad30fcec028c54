import { describe, expect, test } from "vitest";
import { attachError, controlError, openError } from "../src/errors.ts";
import { Errno, errnoName } from "../src/libc.ts";

describe("errors carry a code and say what to do", () => {
  test.each([
    ["EACCES", "EPERM", /root or with CAP_NET_ADMIN/],
    ["EPERM", "EPERM", /ip tuntap add dev NAME mode tap user/],
    ["ENOENT", "ENODEV", /modprobe tun.*--device \/dev\/net\/tun/],
    ["ENXIO", "ENODEV", /does not open \(ENXIO\).*modprobe tun/],
  ])("opening /dev/net/tun: %s", (cause, code, advice) => {
    expect(openError(cause)).toMatchObject({ code, syscall: "open", address: "/dev/net/tun" });
    expect(openError(cause).message).toMatch(advice);
  });

  test.each([
    ["EPERM", "EPERM", /not allowed to create or attach to "tap0".*CAP_NET_ADMIN/],
    ["EBUSY", "EBUSY", /another program has "tap0" open.*choose another name/],
    ["EINVAL", "EINVAL", /exists and is not a TAP/],
    ["ENOMEM", "ENODEV", /the kernel made no TAP "tap0": ENOMEM/],
  ] as const)("attaching: %s", (cause, code, advice) => {
    const error = attachError(Errno[cause], "tap0");
    expect(error).toMatchObject({ code, syscall: "TUNSETIFF", address: "tap0" });
    expect(error.message).toMatch(advice);
  });

  test("changing the host's side", () => {
    expect(controlError("SIOCSIFADDR", Errno.EPERM, "tap0")).toMatchObject({
      code: "EPERM",
      address: "tap0",
    });
    expect(controlError("SIOCSIFADDR", Errno.EPERM).message).toMatch(/leave "host" and "mtu" out/);
    expect(controlError("SIOCSIFMTU", Errno.ERANGE, "tap0")).toMatchObject({ code: "EINVAL" });
    expect(controlError("SIOCSIFMTU", Errno.ERANGE, "tap0").message).toMatch(/ERANGE/);
  });

  test("error numbers have names", () => {
    expect([errnoName(Errno.EIO), errnoName(77), errnoName(9999)]).toEqual(["EIO", "EBADFD", "errno 9999"]);
  });
});
