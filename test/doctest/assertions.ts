import ts from "typescript-5.9";
import type { Block } from "./block.ts";

interface Edit {
  readonly at: number;
  readonly text: string;
}

/**
 * Turns the comments that state a result into checks.
 *
 * `expression; // => value`, `console.log(x); // => value`, `const x = …; // => value` and
 * `statement; // throws UsageError: text`. The comment may also stand on the next line, and go on
 * over further lines that are indented in the comment.
 */
export function instrument(body: string, block: Block): string {
  const file = ts.createSourceFile("block.ts", body, ts.ScriptTarget.ESNext, true);
  const edits: Edit[] = [];
  const visit = (node: ts.Node): void => {
    const isTarget = ts.isExpressionStatement(node) || ts.isVariableStatement(node);
    const claim = isTarget ? claimAfter(body, node.end) : undefined;
    if (isTarget && claim !== undefined) {
      const line = file.getLineAndCharacterOfPosition(node.getStart(file)).line;
      edits.push(...editsFor(node, file, claim, `${block.path}:${block.line + line}`));
    }
    ts.forEachChild(node, visit);
  };
  visit(file);

  const ordered = edits.toSorted((a, b) => b.at - a.at);
  return ordered.reduce(
    (text, { at, text: added }) => text.slice(0, at) + added + text.slice(at),
    body,
  );
}

interface Claim {
  readonly kind: "value" | "throws";
  readonly text: string;
}

/** The text of the claim in the comment after a statement, without its marks. */
export function claimAfter(text: string, end: number): Claim | undefined {
  const after = /^[^\S\n]*(?:\n[^\S\n]*)?\/\/ (=>|throws) (.*(?:\n\s*\/\/ {3,}.*)*)/.exec(
    text.slice(end),
  );
  if (after === null) return undefined;
  const [, mark, words = ""] = after;
  return {
    kind: mark === "=>" ? "value" : "throws",
    text: words
      .split("\n")
      .map((line) => line.replace(/^\s*\/\/\s*/, "").trim())
      .join(" "),
  };
}

function editsFor(
  node: ts.ExpressionStatement | ts.VariableStatement,
  file: ts.SourceFile,
  { kind, text }: Claim,
  place: string,
): Edit[] {
  const tail = `, ${JSON.stringify(text)}, ${JSON.stringify(place)})`;
  const start = node.getStart(file);
  if (kind === "throws") {
    return [
      { at: start, text: "await __throws(async () => { " },
      { at: node.end, text: ` }${tail};` },
    ];
  }
  if (ts.isVariableStatement(node)) {
    const name = node.declarationList.declarations[0]?.name.getText(file);
    return [{ at: node.end, text: ` __expect(${name}${tail};` }];
  }
  const target = loggedValue(node.expression, file) ?? node.expression;
  return [
    { at: target.getStart(file), text: "__expect(" },
    { at: target.end, text: tail },
  ];
}

/** The one argument of `console.log(…)`. */
function loggedValue(node: ts.Expression, file: ts.SourceFile): ts.Expression | undefined {
  const isLog = ts.isCallExpression(node) && node.expression.getText(file) === "console.log";
  return isLog && node.arguments.length === 1 ? node.arguments[0] : undefined;
}
