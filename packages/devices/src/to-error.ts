/** What was thrown or emitted as an error, as an `Error`: some libraries throw text. */
export function toError(thrown: unknown): Error {
  return isError(thrown) ? thrown : new Error(String(thrown), { cause: thrown });
}

function isError(thrown: unknown): thrown is Error {
  return Object.prototype.toString.call(thrown) === "[object Error]" || thrown instanceof Error;
}
