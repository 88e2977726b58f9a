import ts from "typescript-5.9";

/** Where a declaration file says `any` in a place whose type a user receives. */
export function visibleAny(path: string, text: string): string[] {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.ESNext, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (node.kind === ts.SyntaxKind.AnyKeyword && !onlyConstrains(node)) {
      const { line } = file.getLineAndCharacterOfPosition(node.getStart(file));
      found.push(`${path}:${line + 1}: ${text.split("\n")[line]?.trim()}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

/** Whether `any` stands in a constraint or a pattern, where it matches and is never handed out. */
function onlyConstrains(node: ts.Node): boolean {
  for (let at = node; at.parent !== undefined; at = at.parent) {
    const { parent } = at;
    if (ts.isTypeParameterDeclaration(parent) && parent.constraint === at) return true;
    if (ts.isConditionalTypeNode(parent) && parent.extendsType === at) return true;
  }
  return false;
}

/** The modules that a declaration file imports. */
export function importedModules(path: string, text: string): string[] {
  return ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => {
    if (fileName === "") throw new Error(`${path} imports nothing`);
    return fileName;
  });
}
