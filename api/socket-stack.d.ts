// The public surface of the package. Written by `npm run release-check -- --update`; reviewed, not edited.

// @mnet/socket-stack

import {
  IpPrefix,
} from "@mnet/core";

import {
  Logger,
  Stack,
} from "@mnet/stack";

type Addresses = IpPrefix | string | readonly (IpPrefix | string)[];

interface SocketStackOptions {
    name?: string;
    ipv4?: Addresses | false;
    ipv6?: Addresses | false;
    ipv4Only?: boolean;
    ipv6Only?: boolean;
    logger?: Logger;
}

declare function createSocketStack(options?: SocketStackOptions): Promise<Stack>;

export {
  type SocketStackOptions,
  createSocketStack,
};
