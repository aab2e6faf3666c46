import Box from "@mui/material/Box";
import type { Tenant } from "../../api/tenants.ts";
import { listed } from "../lib/format.ts";

type Placement = Tenant["placements"][number];

const WIDTH = 692;
const BOX = { width: 204, height: 52 };
const COLUMNS = [2, 244, 486] as const;

interface Part {
  readonly name: string;
  readonly detail: string;
  readonly x: number;
  readonly y: number;
}

const shorten = (text: string) => (text.length > 24 ? `${text.slice(0, 23)}…` : text);

/** A picture of what a tenant's people reach, and what that stands on. */
export function Topology({ placement }: { readonly placement: Placement }) {
  const { hosts, environment, namespace, database, realm, release } = placement;
  const behind = [
    { name: "Database", detail: database },
    { name: "Log-in realm", detail: realm },
  ].flatMap(({ name, detail }) => (detail === undefined ? [] : [{ name, detail }]));
  const rows = Math.max(hosts.length, behind.length, 1);
  const height = rows * 68 + 4;
  const centre = (height - BOX.height) / 2;
  const spread = (index: number, of: number) => centre + (index - (of - 1) / 2) * 68;

  const routes: Part[] = hosts.map((host, index) => ({
    name: "Host",
    detail: host,
    x: COLUMNS[0],
    y: spread(index, hosts.length),
  }));
  const odoo: Part = {
    name: release === undefined ? "Odoo" : `Odoo, release ${release}`,
    detail: namespace ?? placement.stack,
    x: COLUMNS[1],
    y: centre,
  };
  const stores: Part[] = behind.map((part, index) => ({ ...part, x: COLUMNS[2], y: spread(index, behind.length) }));
  const text = `In ${environment}, ${hosts.length === 0 ? "no host leads" : `${listed(hosts)} lead${hosts.length === 1 ? "s" : ""}`} to Odoo${namespace === undefined ? "" : ` in the namespace ${namespace}`}${behind.length === 0 ? "" : `, which uses ${listed(behind.map(({ name, detail }) => `the ${name.toLowerCase()} ${detail}`))}`}.`;
  const line = (from: Part, to: Part) => {
    const [x1, y1, x2, y2] = [from.x + BOX.width, from.y + BOX.height / 2, to.x, to.y + BOX.height / 2];
    return `M${x1} ${y1} C${x1 + 24} ${y1} ${x2 - 24} ${y2} ${x2} ${y2}`;
  };
  return (
    <Box component="figure" sx={{ m: 0 }}>
      <Box
        component="svg"
        role="img"
        aria-label={text}
        viewBox={`0 0 ${WIDTH} ${height}`}
        sx={{ width: "100%", maxWidth: WIDTH, display: { xs: "none", sm: "block" } }}
      >
        {[...routes.map((route) => line(route, odoo)), ...stores.map((store) => line(odoo, store))].map((path) => (
          <Box
            key={path}
            component="path"
            d={path}
            sx={{ fill: "none", stroke: "var(--mui-palette-text-secondary)", strokeWidth: 1.25, opacity: 0.6 }}
          />
        ))}
        {[...routes, odoo, ...stores].map((part) => (
          <g key={`${part.name} ${part.detail}`} transform={`translate(${part.x} ${part.y})`}>
            <title>{`${part.name}: ${part.detail}`}</title>
            <Box
              component="rect"
              {...BOX}
              rx={8}
              sx={{
                fill:
                  part === odoo
                    ? "rgba(var(--mui-palette-primary-mainChannel) / 0.1)"
                    : "var(--mui-palette-background-default)",
                stroke: part === odoo ? "var(--mui-palette-primary-main)" : "var(--mui-palette-divider)",
              }}
            />
            <Box component="text" x={12} y={21} sx={{ fontSize: 11, fill: "var(--mui-palette-text-secondary)" }}>
              {shorten(part.name)}
            </Box>
            <Box
              component="text"
              x={12}
              y={39}
              sx={{ fontSize: 12, fontWeight: 600, fill: "var(--mui-palette-text-primary)" }}
            >
              {shorten(part.detail)}
            </Box>
          </g>
        ))}
      </Box>
      <Box component="figcaption" sx={{ display: { sm: "none" }, color: "text.secondary" }}>
        {text}
      </Box>
    </Box>
  );
}
