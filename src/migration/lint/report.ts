/** Findings for machines: SARIF, and the annotations of GitHub. */
import type { Finding } from "./lint.ts";
import { lintRules } from "./lint.ts";

const sarifLevels = { error: "error", warning: "warning", info: "note" } as const;
const githubLevels = { error: "error", warning: "warning", info: "notice" } as const;

/** Findings as SARIF 2.1.0. */
export function toSarif(findings: readonly Finding[], version: string): object {
  const used = lintRules.filter(({ id }) => findings.some(({ rule }) => rule === id));
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "ferro lint",
            version,
            rules: used.map(({ id, when, why, severity }) => ({
              id,
              shortDescription: { text: when },
              fullDescription: { text: why },
              defaultConfiguration: { level: sarifLevels[severity] },
            })),
          },
        },
        results: findings.map(({ rule, severity, message, why, rewrite, file, line }) => ({
          ruleId: rule,
          level: sarifLevels[severity],
          message: { text: `${message}. ${why}. Instead: ${rewrite}` },
          ...(file !== null && {
            locations: [
              {
                physicalLocation: {
                  artifactLocation: { uri: file.replaceAll("\\", "/") },
                  region: { startLine: line ?? 1 },
                },
              },
            ],
          }),
        })),
      },
    ],
  };
}

/** Findings as workflow commands of GitHub: `::error file=…,line=…::…`. */
export function toGithub(findings: readonly Finding[]): readonly string[] {
  const value = (text: string): string =>
    text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
  const property = (text: string): string =>
    value(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
  return findings.map(({ rule, severity, message, rewrite, file, line }) => {
    const place = file === null ? "" : `file=${property(file)},line=${line ?? 1},`;
    return `::${githubLevels[severity]} ${place}title=${property(rule)}::${value(`${message}. Instead: ${rewrite}`)}`;
  });
}
