import { CREATED, CUSTOMERS, generator, PEOPLE, PORTAL_USERS, type Rows } from "./samples.ts";

/** Rows of the tables in `tables.sql`. */
export function baseRows(tenant: string, modules: readonly string[]): Rows {
  const { pick } = generator(`${tenant} base`);
  const stamps = { create_date: CREATED, write_date: CREATED };
  const currency = pick(["PHP", "SGD", "EUR", "USD"]);
  const names = [`${tenant} Ltd`, ...PEOPLE, ...CUSTOMERS];
  return [
    ["res_currency", [{ id: 1, name: currency, symbol: currency, active: true }]],
    [
      "res_partner",
      names.map((name, index) => ({
        id: index + 1,
        name,
        is_company: index === 0 || index > PEOPLE.length,
        active: true,
        ...stamps,
      })),
    ],
    ["res_company", [{ id: 1, name: `${tenant} Ltd`, partner_id: 1, currency_id: 1, active: true, ...stamps }]],
    [
      "res_users",
      PEOPLE.map((name, index) => ({
        id: index + 2, // 1 is Odoo's own OdooBot
        login: `${name.toLowerCase().replace(" ", ".")}@${tenant}.example`,
        active: true,
        share: index >= PEOPLE.length - PORTAL_USERS,
        company_id: 1,
        partner_id: index + 2,
        ...stamps,
      })),
    ],
    [
      "ir_module_module",
      [...new Set(["base", ...modules])].map((name) => ({
        name,
        state: "installed",
        latest_version: "18.0.1.0.0",
        shortdesc: { en_US: name },
        ...stamps,
      })),
    ],
  ];
}
