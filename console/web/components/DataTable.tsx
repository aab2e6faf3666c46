import Box from "@mui/material/Box";
import Paper from "@mui/material/Paper";
import Table from "@mui/material/Table";
import TableBody from "@mui/material/TableBody";
import TableCell from "@mui/material/TableCell";
import TableContainer from "@mui/material/TableContainer";
import TableHead from "@mui/material/TableHead";
import TableRow from "@mui/material/TableRow";
import TableSortLabel from "@mui/material/TableSortLabel";
import useMediaQuery from "@mui/material/useMediaQuery";
import type { Theme } from "@mui/material/styles";
import type { ReactNode } from "react";

const PAPER = "var(--mui-palette-background-paper)";
const SHADE = "var(--mui-palette-divider)";
/** A shade at a side where the table goes on; covered by paper that scrolls along where it ends. */
const MORE_AT_THE_SIDES = [
  `linear-gradient(to right, ${PAPER} 50%, transparent) left / 48px 100% no-repeat local`,
  `linear-gradient(to left, ${PAPER} 50%, transparent) right / 48px 100% no-repeat local`,
  `linear-gradient(to right, ${SHADE}, transparent) left / 16px 100% no-repeat scroll`,
  `linear-gradient(to left, ${SHADE}, transparent) right / 16px 100% no-repeat scroll`,
].join(", ");

/** A column of a table. */
export interface Column<Row> {
  readonly key: string;
  readonly label: string;
  readonly render: (row: Row) => ReactNode;
  readonly align?: "right";
  readonly isSortable?: boolean;
  /** Whether its content stays on one line. */
  readonly isShort?: boolean;
  /** Whether a card shows it as its heading. */
  readonly isTitle?: boolean;
}

interface Props<Row> {
  /** What the table lists, for screen readers. */
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  readonly sort?: { readonly by: string; readonly order: "asc" | "desc" };
  readonly onSort?: (by: string) => void;
}

/** A table, and on a phone a list of cards. */
export function DataTable<Row>({ label, columns, rows, rowKey, sort, onSort }: Props<Row>) {
  const isPhone = useMediaQuery((theme: Theme) => theme.breakpoints.down("sm"), { noSsr: true });
  if (isPhone) return <Cards {...{ label, columns, rows, rowKey }} />;
  return (
    <TableContainer
      tabIndex={0}
      role="group"
      aria-label={label}
      sx={{ background: MORE_AT_THE_SIDES, borderRadius: 1 }}
    >
      <Table aria-label={label}>
        <TableHead>
          <TableRow>
            {columns.map(({ key, label: heading, align, isSortable = false }) => (
              <TableCell key={key} align={align ?? "left"} sortDirection={sort?.by === key ? sort.order : false}>
                {isSortable && onSort !== undefined ? (
                  <TableSortLabel
                    active={sort?.by === key}
                    direction={sort?.by === key ? sort.order : "asc"}
                    onClick={() => onSort(key)}
                  >
                    {heading}
                  </TableSortLabel>
                ) : (
                  heading
                )}
              </TableCell>
            ))}
          </TableRow>
        </TableHead>
        <TableBody>
          {rows.map((row) => (
            <TableRow key={rowKey(row)} hover sx={{ "&:last-child td": { borderBottom: 0 } }}>
              {columns.map(({ key, render, align, isShort = align !== undefined }) => (
                <TableCell key={key} align={align ?? "left"} sx={isShort ? { whiteSpace: "nowrap" } : {}}>
                  {render(row)}
                </TableCell>
              ))}
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </TableContainer>
  );
}

function Cards<Row>({ label, columns, rows, rowKey }: Pick<Props<Row>, "label" | "columns" | "rows" | "rowKey">) {
  return (
    <Box
      component="ul"
      aria-label={label}
      sx={{ listStyle: "none", m: 0, p: 1.5, display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: 1.5 }}
    >
      {rows.map((row) => (
        <Paper component="li" variant="outlined" key={rowKey(row)} sx={{ p: 1.5, minWidth: 0 }}>
          {columns
            .filter(({ isTitle }) => isTitle)
            .map(({ key, render }) => (
              <Box key={key} sx={{ fontWeight: 600, mb: 0.5 }}>
                {render(row)}
              </Box>
            ))}
          <Box
            component="dl"
            sx={{ m: 0, display: "grid", gridTemplateColumns: "auto 1fr", columnGap: 2, rowGap: 0.5 }}
          >
            {columns
              .filter(({ isTitle }) => !isTitle)
              .map(({ key, label: heading, render }) => (
                <Box key={key} sx={{ display: "contents", fontSize: "0.8125rem" }}>
                  <Box component="dt" sx={{ color: "text.secondary" }}>
                    {heading}
                  </Box>
                  <Box component="dd" sx={{ m: 0, minWidth: 0 }}>
                    {render(row)}
                  </Box>
                </Box>
              ))}
          </Box>
        </Paper>
      ))}
    </Box>
  );
}
