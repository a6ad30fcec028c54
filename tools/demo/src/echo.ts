/** `npm run echo -- server ...`: the echo service from source. */
import "@mnet/echo";
