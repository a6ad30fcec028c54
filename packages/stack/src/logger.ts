/** Fields that say what a message is about. All optional; text as a person writes it. */
export interface LogFields {
  layer?: string;
  mac?: string;
  ip?: string;
  flow?: string;
  error?: unknown;
}

/** Where a stack tells what it does. Silent by default. Never called per packet. */
export interface Logger {
  debug(message: string, fields: LogFields): void;
  info(message: string, fields: LogFields): void;
  warn(message: string, fields: LogFields): void;
}

export const silentLogger: Logger = { debug: () => {}, info: () => {}, warn: () => {} };
