import ts from "typescript-5.9";
import type { ImplicitName } from "./program.ts";

/** The names that a file exports by its own declarations and lists. */
export function exportedNames(text: string): { name: string; isType: boolean }[] {
  const file = ts.createSourceFile("x.ts", text, ts.ScriptTarget.ESNext, true);
  return file.statements.flatMap((statement) => {
    if (ts.isExportDeclaration(statement)) {
      const clause = statement.exportClause;
      if (clause === undefined || !ts.isNamedExports(clause)) return [];
      return clause.elements.map((element) => ({
        name: element.name.text,
        isType: statement.isTypeOnly || element.isTypeOnly,
      }));
    }
    const modifiers = ts.canHaveModifiers(statement) ? (ts.getModifiers(statement) ?? []) : [];
    if (!modifiers.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)) return [];
    if (ts.isVariableStatement(statement)) {
      return statement.declarationList.declarations.map(({ name }) => ({
        name: name.getText(file),
        isType: false,
      }));
    }
    const { name } = statement as ts.Statement & { readonly name?: ts.Identifier };
    const isType = ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement);
    return name === undefined ? [] : [{ name: name.text, isType }];
  });
}

/** Adds what `text` exports to `names`, where they are not there yet. */
export function addNames(names: Map<string, ImplicitName>, module: string, text: string): void {
  for (const { name, isType } of exportedNames(text)) {
    if (!names.has(name)) names.set(name, { module, isType });
  }
}
