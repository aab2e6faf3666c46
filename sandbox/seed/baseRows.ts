import { CREATED, CUSTOMERS, generator, PEOPLE, PORTAL_USERS, type Rows } from "./samples.ts";

/** What Odoo 18.0 stores of the password that its data give user admin, "admin". */
export const ADMIN_HASH =
  "$pbkdf2-sha512$600000$wJiT8n4PYYwxxjgnxFiL8Q$BVfPr6YU/Jf3tPmdd3HmZvuivzCnGfDewGETmDCDPhZ89FQU.gS/CYZbA/s64cvBy96vcMqdB8VdrxW9ooJGDg";

/** Rows of the tables in `tables.sql`. */
export function baseRows(tenant: string, modules: readonly string[]): Rows {
  const { pick } = generator(`${tenant} base`);
  const stamps = { create_date: CREATED, write_date: CREATED };
  const currency = pick(["PHP", "SGD", "EUR", "USD"]);
  const names = [`${tenant} Ltd`, ...PEOPLE, ...CUSTOMERS, "Administrator"];
  const admin = PEOPLE.length + 2;
  return [
    ["res_currency", [{ id: 1, name: currency, symbol: currency, active: true }]],
    [
      "res_partner",
      names.map((name, index) => ({
        id: index + 1,
        name,
        is_company: index === 0 || (index > PEOPLE.length && index < names.length - 1),
        active: true,
        ...stamps,
      })),
    ],
    ["res_company", [{ id: 1, name: `${tenant} Ltd`, partner_id: 1, currency_id: 1, active: true, ...stamps }]],
    [
      "res_users",
      [
        ...PEOPLE.map((name, index) => ({
          id: index + 2, // 1 is Odoo's own OdooBot
          login: `${name.toLowerCase().replace(" ", ".")}@${tenant}.example`,
          active: true,
          share: index >= PEOPLE.length - PORTAL_USERS,
          company_id: 1,
          partner_id: index + 2,
          ...stamps,
        })),
        {
          id: admin,
          login: "admin",
          password: ADMIN_HASH,
          active: true,
          share: false,
          company_id: 1,
          partner_id: names.length,
          ...stamps,
        },
      ],
    ],
    [
      "ir_model_data",
      [{ module: "base", name: "user_admin", model: "res.users", res_id: admin, noupdate: true, ...stamps }],
    ],
    // As the data of auth_signup and auth_oauth leave them.
    [
      "ir_config_parameter",
      [
        { key: "auth_signup.invitation_scope", value: "b2c", ...stamps },
        { key: "auth_signup.reset_password", value: "True", ...stamps },
        { key: "web.base.url", value: "http://localhost:8069", ...stamps },
      ],
    ],
    ["auth_oauth_provider", [{ id: 1, name: "Odoo.com Accounts", enabled: true, ...stamps }]],
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
