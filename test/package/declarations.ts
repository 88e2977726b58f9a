import ts from "typescript-5.9";

/**
 * Where a declaration file says `any` in a place whose type a user receives.
 *
 * In a constraint or a pattern, `any` matches and is never handed out; an alias of it may stand there, too.
 */
export function visibleAny(path: string, text: string): string[] {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.ESNext, true);
  const handsOut = (isIt: (node: ts.Node) => boolean): ts.Node[] => {
    const found: ts.Node[] = [];
    const visit = (node: ts.Node): void => {
      if (isIt(node) && !onlyConstrains(node)) found.push(node);
      ts.forEachChild(node, visit);
    };
    visit(file);
    return found;
  };

  return handsOut((node) => node.kind === ts.SyntaxKind.AnyKeyword)
    .flatMap((node) => {
      const alias = aliasOf(node);
      if (alias === undefined || isExported(alias)) return [node];
      return handsOut(
        (use) => ts.isTypeReferenceNode(use) && use.typeName.getText() === alias.name.text,
      );
    })
    .map((node) => {
      const { line } = file.getLineAndCharacterOfPosition(node.getStart(file));
      return `${path}:${line + 1}: ${text.split("\n")[line]?.trim()}`;
    });
}

function aliasOf(node: ts.Node): ts.TypeAliasDeclaration | undefined {
  for (let at = node; at.parent !== undefined; at = at.parent) {
    if (ts.isTypeAliasDeclaration(at)) return at;
  }
  return undefined;
}

function isExported(alias: ts.TypeAliasDeclaration): boolean {
  const modifiers = ts.getModifiers(alias) ?? [];
  return modifiers.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
}

/** Whether a type stands in a constraint, or in the pattern of a conditional type. */
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
