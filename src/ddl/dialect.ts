import type { StorageType } from "../ir/type.ts";

/** What DDL asks of a database. Owned by `ddl/`; each dialect folder supplies one in `ddl.ts`. */
export interface DdlDialect {
  /** The declared column type. */
  columnType(type: StorageType): string;
}
