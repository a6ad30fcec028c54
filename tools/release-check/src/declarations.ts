import ts from "typescript";

/** A declaration file of a package. */
export interface DeclarationFile {
  /** Its file name, relative to `dist/`. */
  readonly path: string;
  /** How it is imported (`@mnet/stack/node`); `null` for a file that the bundler shares between entries. */
  readonly entry: string | null;
  readonly text: string;
}

/**
 * The public surface of a package as one text that changes only when the surface does: comments are gone, top-level declarations
 * and the names in an `export` are sorted, and the files that the bundler shares between entries lose their hashes and
 * one-letter aliases.
 */
export function normalizeDeclarations(files: readonly DeclarationFile[]): string {
  const shared = new Map<string, { label: string; names: Map<string, string> }>();
  for (const { path, text, entry } of files) {
    if (entry !== null) continue;
    const names = exportedNames(parse(path, text));
    shared.set(stem(path), { label: `shared-${shared.size + 1}`, names });
  }
  return files
    .map(({ path, text, entry }) => {
      const source = parse(path, text);
      const heading = entry ?? shared.get(stem(path))!.label;
      const statements = source.statements
        .filter((statement) => !(entry === null && ts.isExportDeclaration(statement)))
        .map((statement) => print(statement, source, shared))
        .sort((a, b) => compare(a.order, b.order) || compare(a.name, b.name) || compare(a.text, b.text));
      return `// ${heading}\n\n${statements.map(({ text: printed }) => printed).join("\n\n")}\n`;
    })
    .join("\n");
}

type Shared = ReadonlyMap<string, { readonly label: string; readonly names: ReadonlyMap<string, string> }>;

interface Printed {
  /** Imports, declarations, exports. */
  readonly order: 0 | 1 | 2;
  readonly name: string;
  readonly text: string;
}

const printer = ts.createPrinter({ removeComments: true, newLine: ts.NewLineKind.LineFeed });

function compare<Value extends string | number>(a: Value, b: Value): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function parse(path: string, text: string): ts.SourceFile {
  return ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true, ts.ScriptKind.TS);
}

function stem(path: string): string {
  return path.replace(/^.*\//, "").replace(/\.d\.ts$|\.js$/, "");
}

/** Alias to declared name, of what a shared file exports. */
function exportedNames(source: ts.SourceFile): Map<string, string> {
  const names = new Map<string, string>();
  for (const statement of source.statements) {
    if (
      !ts.isExportDeclaration(statement) ||
      !statement.exportClause ||
      !ts.isNamedExports(statement.exportClause)
    )
      continue;
    for (const { name, propertyName } of statement.exportClause.elements)
      names.set(name.text, (propertyName ?? name).text);
  }
  return names;
}

function print(statement: ts.Statement, source: ts.SourceFile, shared: Shared): Printed {
  if (ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement))
    return printModule(statement, source, shared);
  const declared = ts.isVariableStatement(statement)
    ? statement.declarationList.declarations[0]?.name
    : (statement as ts.Statement & { name?: ts.Node }).name;
  const text = printer.printNode(ts.EmitHint.Unspecified, statement, source);
  return { order: 1, name: declared?.getText(source) ?? "", text };
}

/** `import` and `export`: one name per line, sorted, so that a diff shows the name that came or went. */
function printModule(
  statement: ts.ImportDeclaration | ts.ExportDeclaration,
  source: ts.SourceFile,
  shared: Shared,
): Printed {
  const specifier = statement.moduleSpecifier as ts.StringLiteral | undefined;
  const from = specifier && shared.get(stem(specifier.text));
  const module = from ? `./${from.label}` : specifier?.text;
  const order = ts.isImportDeclaration(statement) ? 0 : 2;
  const clause = ts.isImportDeclaration(statement)
    ? statement.importClause?.namedBindings
    : statement.exportClause;
  if (!clause || !(ts.isNamedImports(clause) || ts.isNamedExports(clause))) {
    return { order, name: module ?? "", text: printer.printNode(ts.EmitHint.Unspecified, statement, source) };
  }
  const names = clause.elements.map(({ name, propertyName, isTypeOnly }) => {
    const imported = (propertyName ?? name).text;
    const declared = from?.names.get(imported) ?? imported;
    return `${isTypeOnly ? "type " : ""}${declared === name.text ? "" : `${declared} as `}${name.text}`;
  });
  names.sort((a, b) => compare(a.replace(/^type /, ""), b.replace(/^type /, "")));
  const keyword = ts.isImportDeclaration(statement) ? "import" : "export";
  const origin = module === undefined ? "" : ` from ${JSON.stringify(module)}`;
  return { order, name: module ?? "", text: `${keyword} {\n  ${names.join(",\n  ")},\n}${origin};` };
}
