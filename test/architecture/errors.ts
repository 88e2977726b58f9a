import ts from "typescript-5.9";
import { parse, type Source } from "./source.ts";

/** An error class that can be thrown. */
export interface ErrorClass {
  readonly name: string;
  readonly code: string;
}

/** Reads the concrete error classes of a file, with the literal given to `code`. */
export function errorClassesOf(source: Source): ErrorClass[] {
  return parse(source).statements.flatMap((statement) => {
    if (!ts.isClassDeclaration(statement) || statement.name === undefined) return [];
    const modifiers = ts.getModifiers(statement) ?? [];
    if (modifiers.some(({ kind }) => kind === ts.SyntaxKind.AbstractKeyword)) return [];
    const code = statement.members.find(
      (member): member is ts.PropertyDeclaration =>
        ts.isPropertyDeclaration(member) && member.name.getText() === "code",
    )?.initializer;
    const text = code !== undefined && ts.isStringLiteralLike(code) ? code.text : "";
    return [{ name: statement.name.text, code: text }];
  });
}

/** What is missing from the catalogue: a code, its uniqueness, its section, its test. */
export function catalogueFaults(
  classes: readonly ErrorClass[],
  reference: string,
  tests: readonly Source[],
): string[] {
  const headings = reference.split("\n").filter((line) => line.startsWith("#"));
  return classes.flatMap(({ name, code }) => {
    const faults: string[] = [];
    if (code === "") faults.push(`${name} has no code`);
    if (code !== "" && classes.some((other) => other.name !== name && other.code === code)) {
      faults.push(`${name} shares the code ${code}`);
    }
    if (!headings.some((line) => mentions(line, name) || mentions(line, code))) {
      faults.push(`${name} has no section in docs/reference/errors.md`);
    }
    if (!tests.some(({ text }) => mentions(text, name)))
      faults.push(`${name} is expected by no test`);
    return faults;
  });
}

function mentions(text: string, word: string): boolean {
  return word !== "" && new RegExp(`\\b${word}\\b`).test(text);
}
