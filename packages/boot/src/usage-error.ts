/** The input of a service is wrong; the message names the parameter, the value and what would be right. */
export class UsageError extends Error {
  override get name(): string {
    return "UsageError";
  }
}
