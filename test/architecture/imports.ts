import { posix } from "node:path";
import ts from "typescript-5.9";
import { dialectAware, layers, packageHomes } from "./layers.ts";
import { lineOf, parse, type Source, walk } from "./source.ts";

/** The folder of `src/` that a path lies in; undefined for a door. */
export function layerOf(path: string): string | undefined {
  return /^src\/([^/]+)\//.exec(path)?.[1];
}

/** Every module that a file names: imports, re-exports, `import()` and `import("…")` types. */
export function importsOf(source: Source): string[] {
  const found: string[] = [];
  const take = (node: ts.Node | undefined) => {
    if (node !== undefined && ts.isStringLiteralLike(node)) found.push(node.text);
  };
  walk(parse(source), (node) => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) take(node.moduleSpecifier);
    if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      take(node.argument.literal);
    }
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      take(node.arguments[0]);
    }
  });
  return found;
}

/** Imports that break the layer order, or reach a package from outside its home. */
export function forbiddenImports(source: Source): string[] {
  const layer = layerOf(source.path);
  if (layer === undefined) return [];
  const allowed = layers[layer];
  if (allowed === undefined)
    return [`${source.path}: the folder ${layer}/ is not in the layer table`];

  return importsOf(source).flatMap((specifier) => {
    if (!specifier.startsWith(".")) {
      const home = packageHomes[specifier];
      return home === undefined || home.includes(layer)
        ? []
        : [`${source.path}: only ${home.join(", ")} may import ${specifier}`];
    }
    const target = posix.join(posix.dirname(source.path), specifier);
    const targetLayer = layerOf(target);
    if (targetLayer === layer) return [];
    if (targetLayer === undefined) {
      return layer === "cli" ? [] : [`${source.path}: a folder must not import the door ${target}`];
    }
    return allowed.includes(targetLayer)
      ? []
      : [`${source.path}: ${layer}/ must not import ${targetLayer}/ (${specifier})`];
  });
}

/** What is wrong with a file directly in `src/`: anything but lists of names. */
export function impureDoor(source: Source): string[] {
  if (layerOf(source.path) !== undefined) return [];
  const file = parse(source);
  return file.statements.flatMap((statement) => {
    const isList =
      ts.isExportDeclaration(statement) &&
      statement.moduleSpecifier !== undefined &&
      statement.exportClause !== undefined &&
      ts.isNamedExports(statement.exportClause);
    return isList
      ? []
      : [`${source.path}:${lineOf(file, statement)}: a door holds only export { names } from "…"`];
  });
}

/** `export * from`, and files called index inside a folder: names must come by one road only. */
export function barrels(source: Source): string[] {
  const layer = layerOf(source.path);
  if (layer === undefined) return [];
  const file = parse(source);
  const stars = file.statements.filter(
    (statement) => ts.isExportDeclaration(statement) && statement.moduleSpecifier !== undefined,
  );
  const index = /\/index\.ts$/.test(source.path)
    ? [`${source.path}: a folder has no index.ts`]
    : [];
  return [
    ...index,
    ...stars.map((node) => `${source.path}:${lineOf(file, node)}: only doors re-export`),
  ];
}

const databases = new Set(["sqlite", "postgres", "postgresql", "pglite"]);

/** Decisions taken by the name of a database in code that must ask the dialect instead. */
export function dialectNames(source: Source): string[] {
  const layer = layerOf(source.path);
  if (layer === undefined || dialectAware.includes(layer)) return [];
  const file = parse(source);
  const found: string[] = [];
  const report = (node: ts.Node) => {
    found.push(`${source.path}:${lineOf(file, node)}: ask the dialect instead of its name`);
  };
  const isName = (node: ts.Node) => ts.isStringLiteralLike(node) && databases.has(node.text);
  const isBackend = (node: ts.Node) =>
    ts.isPropertyAccessExpression(node) &&
    (node.name.text === "backend" ||
      (node.name.text === "name" && /dialect$/i.test(node.expression.getText(file))));

  walk(file, (node) => {
    if (ts.isBinaryExpression(node) && isEquality(node.operatorToken.kind)) {
      const sides = [node.left, node.right];
      if (sides.some((side) => isName(side) || isBackend(side))) report(node);
    }
    if (ts.isCaseClause(node) && isName(node.expression)) report(node);
    if (ts.isSwitchStatement(node) && isBackend(node.expression)) report(node);
    if (ts.isElementAccessExpression(node) && isBackend(node.argumentExpression)) report(node);
  });
  return found;
}

function isEquality(kind: ts.SyntaxKind): boolean {
  return (
    kind === ts.SyntaxKind.EqualsEqualsEqualsToken ||
    kind === ts.SyntaxKind.ExclamationEqualsEqualsToken ||
    kind === ts.SyntaxKind.EqualsEqualsToken ||
    kind === ts.SyntaxKind.ExclamationEqualsToken
  );
}
