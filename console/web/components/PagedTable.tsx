import { DataTable } from "./DataTable.tsx";
import type { Column } from "./DataTable.tsx";
import { Pager } from "./Pager.tsx";

interface Props<Row> {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly data: {
    readonly rows: readonly Row[];
    readonly page: number;
    readonly pageSize: number;
    readonly total: number;
  };
  readonly onPage: (page: number) => void;
}

/** A page of a list, and the way to the others. */
export function PagedTable<Row extends { readonly id: string }>({ label, columns, data, onPage }: Props<Row>) {
  const { rows, page, pageSize, total } = data;
  return (
    <>
      <DataTable label={label} columns={columns} rows={rows} rowKey={({ id }) => id} />
      <Pager page={page} pageSize={pageSize} total={total} onPage={onPage} />
    </>
  );
}
