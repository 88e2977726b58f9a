import {
  AliasNode,
  ColumnNode,
  ColumnUpdateNode,
  FromNode,
  IdentifierNode,
  type OperationNode,
  RawNode,
  type UpdateQueryNode,
  ValueListNode,
  ValuesNode,
  WhereNode,
} from "kysely";
import type { UpdateRowsQuery, WriteColumn } from "../ir/query.ts";
import type { Context } from "./context.ts";
import { binary, columnOf, connect, parens, placeholder, tableAs, text } from "./nodes.ts";
import { returning, rowSlots } from "./write.ts";

const alias = "t0";
/** What the rows of new values are called. */
const given = "v";

/** `update … from` rows of values. */
export function compileUpdateRows(query: UpdateRowsQuery, context: Context): UpdateQueryNode {
  const { key, set } = query;
  const columns = [...key, ...set];
  const { from, nameAt } = rowsOf(query, columns, context);
  const found = key.map(({ column }, place) =>
    binary(columnOf(alias, column), "=", columnOf(given, nameAt(place))),
  );
  const [first, ...rest] = found;
  if (first === undefined) throw new TypeError("rows are updated by their key");
  const { bump } = query;
  const bumped =
    bump === undefined
      ? []
      : [ColumnUpdateNode.create(ColumnNode.create(bump), text`${columnOf(alias, bump)} + 1`)];
  return {
    kind: "UpdateQueryNode",
    table: tableAs(query.table, alias),
    updates: set
      .map(({ column }, place) =>
        ColumnUpdateNode.create(
          ColumnNode.create(column),
          columnOf(given, nameAt(key.length + place)),
        ),
      )
      .concat(bumped),
    from: FromNode.create([from]),
    where: WhereNode.create(connect("and", [first, ...rest])),
    ...returning(query.returning),
  };
}

/** The new values as a table, and the name of each of its columns. */
interface GivenRows {
  readonly from: OperationNode;
  nameAt(place: number): string;
}

function rowsOf(
  { shape, rows }: UpdateRowsQuery,
  columns: readonly WriteColumn[],
  { dialect }: Context,
): GivenRows {
  if (shape === "values") {
    const lists = Array.from({ length: rows }, (_, row) =>
      ValueListNode.create(rowSlots(columns, row, "value").map(placeholder)),
    );
    const from = AliasNode.create(parens(ValuesNode.create(lists)), IdentifierNode.create(given));
    return { from, nameAt: (place) => `column${place + 1}` };
  }
  if (dialect.unnest === undefined) throw new TypeError("this database has no unnest()");
  // No column of a model's has such a name, so that those returned need no table before them.
  const nameAt = (place: number) => `ferro_${place}`;
  const names = columns.map((_, place) => dialect.quote(nameAt(place))).join(", ");
  const alias = RawNode.createWithSql(`${dialect.quote(given)}(${names})`);
  const from = parens(dialect.unnest(rowSlots(columns, 0, "list")));
  return { from: AliasNode.create(from, alias), nameAt };
}
