/** A schema as a picture: Mermaid text, or SVG laid out in layers, parents left of children. */
import { orderTables } from "../ddl/order.ts";
import type { ColumnIr, SchemaPayload, TableIr } from "../ir/schema.ts";

/** A schema as an entity relationship diagram of Mermaid. */
export function toMermaid({ tables }: SchemaPayload): string {
  const lines = ["erDiagram"];
  for (const table of tables) {
    lines.push(`  ${mermaidName(table.name)} {`);
    for (const column of inOrder(table)) {
      const marks = marksOf(table, column);
      const type = typeText(column).replaceAll(/[^\w()[\]-]/g, "_");
      const name = column.name.replaceAll(/[^\w-]/g, "_");
      lines.push(`    ${type} ${name}${marks.length === 0 ? "" : ` ${marks.join(", ")}`}`);
    }
    lines.push("  }");
  }
  for (const table of tables) {
    for (const { columns, referencedTable } of table.foreignKeys) {
      const child = isUnique(table, columns) ? "o|" : "o{";
      const parent = isNullable(table, columns) ? "|o" : "||";
      const label = columns.join(", ").replaceAll('"', "'");
      lines.push(
        `  ${mermaidName(referencedTable)} ${parent}--${child} ${mermaidName(table.name)} : "${label}"`,
      );
    }
  }
  return `${lines.join("\n")}\n`;
}

interface Box {
  readonly table: TableIr;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const font = 13;
const glyph = 7.6;
const line = 20;
const head = 28;
const gap = { x: 90, y: 26 };

/** A schema as SVG: a box for each table, an arrow from each foreign key to its table. */
export function toSvg(schema: SchemaPayload): string {
  const boxes = layOut(schema.tables);
  const width = Math.max(1, ...boxes.map((box) => box.x + box.width)) + 20;
  const height = Math.max(1, ...boxes.map((box) => box.y + box.height)) + 20;
  const parts = [...boxes.flatMap(({ table }) => arrowsOf(table, boxes)), ...boxes.map(drawBox)];
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="ui-monospace, Menlo, Consolas, monospace" font-size="${font}">
<style>
  .page { fill: #ffffff } .box { fill: #ffffff; stroke: #8c959f } .head { fill: #ddf4ff; stroke: #8c959f } text { fill: #1f2328 } .type { fill: #656d76 } .arrow { fill: none; stroke: #0969da }
  @media (prefers-color-scheme: dark) { .page { fill: #0d1117 } .box { fill: #161b22; stroke: #484f58 } .head { fill: #0c2d6b; stroke: #484f58 } text { fill: #e6edf3 } .type { fill: #8b949e } .arrow { stroke: #58a6ff } }
</style>
<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0,0 L8,4 L0,8" class="arrow"/></marker></defs>
<rect class="page" width="100%" height="100%"/>
${parts.join("\n")}
</svg>
`;
}

/** Each table stands right of every table that it points to; circles are cut where the order of tables cuts them. */
function layOut(tables: readonly TableIr[]): readonly Box[] {
  const order = orderTables(tables);
  const layerOf = new Map<string, number>();
  for (const table of order.tables) {
    const parents = table.foreignKeys
      .filter((key) => key.referencedTable !== table.name && !order.pointsAhead(table, key))
      .map(({ referencedTable }) => layerOf.get(referencedTable) ?? -1);
    layerOf.set(table.name, Math.max(-1, ...parents) + 1);
  }
  const layers: TableIr[][] = [];
  for (const table of order.tables) {
    const at = layerOf.get(table.name) ?? 0;
    layers[at] = [...(layers[at] ?? []), table];
  }
  const boxes: Box[] = [];
  let x = 20;
  for (const layer of layers) {
    let y = 20;
    const width = Math.max(...layer.map(widthOf));
    for (const table of layer) {
      const height = head + table.columns.length * line + 6;
      boxes.push({ table, x, y, width, height });
      y += height + gap.y;
    }
    x += width + gap.x;
  }
  return boxes;
}

function widthOf(table: TableIr): number {
  const texts = table.columns.map((column) => rowText(table, column).join("  ").length + 2);
  return Math.ceil(Math.max(table.name.length + 2, ...texts) * glyph) + 16;
}

function rowText(table: TableIr, column: ColumnIr): readonly [string, string] {
  const marks = marksOf(table, column);
  const type = `${typeText(column)}${column.nullable ? "?" : ""}`;
  return [column.name, `${type}${marks.length === 0 ? "" : ` ${marks.join(" ")}`}`];
}

function drawBox({ table, x, y, width, height }: Box): string {
  const rows = inOrder(table).map((column, index) => {
    const at = y + head + index * line + 15;
    const [name, type] = rowText(table, column);
    return `<text x="${x + 8}" y="${at}">${escape(name)}</text><text class="type" text-anchor="end" x="${x + width - 8}" y="${at}">${escape(type)}</text>`;
  });
  return `<g><rect class="box" x="${x}" y="${y}" width="${width}" height="${height}" rx="5"/><rect class="head" x="${x}" y="${y}" width="${width}" height="${head}" rx="5"/><text x="${x + 8}" y="${y + 19}" font-weight="bold">${escape(table.name)}</text>${rows.join("")}</g>`;
}

function arrowsOf(table: TableIr, boxes: readonly Box[]): readonly string[] {
  const from = boxes.find((box) => box.table === table);
  return table.foreignKeys.flatMap(({ columns, referencedTable, referencedColumns }) => {
    const to = boxes.find((box) => box.table.name === referencedTable);
    if (from === undefined || to === undefined) return [];
    const start = { x: from.x, y: rowOf(from, columns[0]) };
    const leftward = to.x < from.x;
    const end = { x: leftward ? to.x + to.width : to.x, y: rowOf(to, referencedColumns[0]) };
    // A key to its own table, or to one right of it, leaves and comes back on the left.
    const bend = leftward ? (start.x - end.x) / 2 : 40;
    const second = leftward ? end.x + bend : end.x - 40;
    return [
      `<path class="arrow" marker-end="url(#tip)" d="M${start.x},${start.y} C${start.x - bend},${start.y} ${second},${end.y} ${end.x},${end.y}"/>`,
    ];
  });
}

function rowOf({ table, y }: Box, column: string | undefined): number {
  const at = inOrder(table).findIndex(({ name }) => name === column);
  return y + head + Math.max(0, at) * line + 10;
}

/** The key first, then foreign keys, then the rest by name. */
function inOrder(table: TableIr): readonly ColumnIr[] {
  const rank = ({ name }: ColumnIr): number =>
    table.primaryKey.includes(name) ? 0 : isForeign(table, name) ? 1 : 2;
  return [...table.columns].sort((a, b) => rank(a) - rank(b));
}

function marksOf(table: TableIr, { name }: ColumnIr): readonly string[] {
  return [
    ...(table.primaryKey.includes(name) ? ["PK"] : []),
    ...(isForeign(table, name) ? ["FK"] : []),
    ...(table.uniques.some(({ columns }) => columns.length === 1 && columns[0] === name)
      ? ["UK"]
      : []),
  ];
}

function isForeign(table: TableIr, name: string): boolean {
  return table.foreignKeys.some(({ columns }) => columns.includes(name));
}

function isUnique(table: TableIr, columns: readonly string[]): boolean {
  const same = (other: readonly string[]): boolean =>
    other.length === columns.length && other.every((name) => columns.includes(name));
  return same(table.primaryKey) || table.uniques.some((unique) => same(unique.columns));
}

function isNullable(table: TableIr, columns: readonly string[]): boolean {
  return table.columns.some(({ name, nullable }) => nullable && columns.includes(name));
}

function typeText({ type, nativeType }: ColumnIr): string {
  if (nativeType !== undefined) return nativeType;
  if (type.kind === "array") return `${type.element.kind}[]`;
  if (type.kind === "enum") return type.name ?? "enum";
  return "dbType" in type && type.dbType !== undefined ? type.dbType : type.kind;
}

function mermaidName(name: string): string {
  return /^[A-Za-z_][\w-]*$/.test(name) ? name : `"${name.replaceAll('"', "'")}"`;
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
