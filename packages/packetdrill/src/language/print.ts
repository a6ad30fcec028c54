import type {
  CallAction,
  Expression,
  IcmpBody,
  Microseconds,
  NetworkHeader,
  PacketAction,
  Script,
  ScriptEvent,
  SequenceRange,
  TcpBody,
  TcpOptionSpec,
  When,
} from "./tree.ts";

/** The text of a script: read again it gives an equal tree, but for the lines. */
export function printScript(script: Script): string {
  const options = script.options.map(({ name, value }) =>
    value === null ? `--${name}` : `--${name}=${value}`,
  );
  return `${[...options, ...script.events.map(printEvent)].join("\n")}\n`;
}

export function printEvent({ when, action }: ScriptEvent): string {
  return `${printWhen(when)}${printAction(action)}`;
}

function printAction(action: ScriptEvent["action"]): string {
  switch (action.kind) {
    case "packet":
      return printPacket(action);
    case "call":
      return printCall(action);
    case "command":
      return `\`${action.text}\``;
    case "code":
      return `%{ ${action.text} }%`;
  }
}

function printWhen(when: When): string {
  switch (when.kind) {
    case "none":
      return "";
    case "any":
      return "* ";
    case "relative":
      return `+${printSeconds(when.at)} `;
    case "absolute":
      return `${printSeconds(when.at)} `;
    case "relative-range":
      return `+${printSeconds(when.from)}~+${printSeconds(when.to)} `;
    case "absolute-range":
      return `${printSeconds(when.from)}~${printSeconds(when.to)} `;
  }
}

/** Seconds with as many decimals as there are, at most six. */
export function printSeconds(time: Microseconds): string {
  return (time / 1e6).toFixed(6).replace(/\.?0+$/, "");
}

export function printPacket({ direction, header, ports, body, encapsulation }: PacketAction): string {
  const parts = [direction === "in" ? "<" : ">"];
  const annotations = printHeader(header);
  if (annotations !== "") parts.push(annotations);
  if (ports !== null) parts.push(`${ports.source} > ${ports.destination}`);
  if (body.kind === "tcp") parts.push(printTcp(body));
  else if (body.kind === "udp") parts.push(`udp (${body.length})`);
  else parts.push(printIcmp(body));
  const outer = encapsulation === null ? "" : `/udp(${encapsulation.source} > ${encapsulation.destination})`;
  return parts.join(" ") + outer;
}

function printHeader({ ecn, trafficClass, hopLimit, flowLabel }: NetworkHeader): string {
  const parts: string[] = [];
  if (ecn !== null) parts.push(ecn);
  if (trafficClass !== null) parts.push(`tos 0x${trafficClass.toString(16)}`);
  if (flowLabel !== null) parts.push(`flowlabel 0x${flowLabel.toString(16)}`);
  if (hopLimit !== null) parts.push(`ttl ${hopLimit}`);
  return parts.length === 0 ? "" : `[${parts.join(", ")}]`;
}

function printTcp(body: TcpBody): string {
  const parts = [body.flags === "" ? "-" : body.flags, printRange(body.sequence)];
  if (body.acknowledgment !== null) parts.push(`ack ${body.acknowledgment}`);
  if (body.window !== null) parts.push(`win ${body.window}`);
  if (body.urgent !== null) parts.push(`urg ${body.urgent}`);
  if (body.options === "anything") parts.push("<...>");
  else if (body.options.length > 0) parts.push(`<${body.options.map(printOption).join(",")}>`);
  return parts.join(" ");
}

export function printOption(option: TcpOptionSpec): string {
  switch (option.kind) {
    case "mss":
    case "wscale":
      return `${option.kind} ${option.value}`;
    case "TS":
      return `TS val ${option.value} ecr ${option.echo}`;
    case "sack":
      return `sack ${option.blocks.map(({ left, right }) => `${left}:${right}`).join(" ")}`;
    case "other":
      return option.text === "" ? option.name : `${option.name} ${option.text}`;
    default:
      return option.kind;
  }
}

function printIcmp({ type, code, mtu, quote }: IcmpBody): string {
  const parts = ["icmp", type];
  if (code !== null) parts.push(code);
  if (mtu !== null) parts.push(`mtu ${mtu}`);
  if (quote !== null)
    parts.push("udpLength" in quote ? `[udp (${quote.udpLength})]` : `[${printRange(quote)}]`);
  return parts.join(" ");
}

function printRange({ start, end, length, base }: SequenceRange): string {
  return base === "any" ? `...(${length})` : `${start}:${end}(${length})${base === "absolute" ? "!" : ""}`;
}

export function printCall({ name, parameters, end, result, error, note }: CallAction): string {
  const until = end === null ? "" : `...${printSeconds(end)} `;
  const outcome = [result === null ? "?" : printExpression(result)];
  if (error !== null) outcome.push(error);
  if (note !== null) outcome.push(`(${note})`);
  return `${until}${name}(${parameters.map(printExpression).join(", ")}) = ${outcome.join(" ")}`;
}

export function printExpression(expression: Expression): string {
  switch (expression.kind) {
    case "number":
      return expression.hexadecimal ? `0x${expression.value.toString(16)}` : String(expression.value);
    case "string":
      return `"${expression.value}"`;
    case "word":
      return expression.name;
    case "anything":
      return "...";
    case "union":
      return expression.parts.map(printExpression).join(" | ");
    case "complement":
      return `~${printExpression(expression.of)}`;
    case "list":
      return `[${expression.items.map(printExpression).join(", ")}]`;
    case "structure":
      return `{${expression.fields.map(printField).join(", ")}}`;
    case "application":
      return `${expression.name}(${expression.parameters.map(printExpression).join(", ")})`;
  }
}

function printField({ name, value }: { readonly name: string | null; readonly value: Expression }): string {
  return name === null ? printExpression(value) : `${name}=${printExpression(value)}`;
}
