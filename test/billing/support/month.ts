import type { CompaniesFile, PriceList, ProjectFiles, Tenant } from "../../../config/index.ts";
import type { MeterEvent } from "../../../features/billing/index.ts";
import { daysOf } from "../../../features/billing/index.ts";
import { tenantSchema } from "../../../config/schemas/tenant.ts";

const party = (legalName: string, taxId: string) => ({
  legalName,
  taxId,
  address: { street: "1 Example Avenue", city: "Makati", postalCode: "1226", country: "PH" as const },
  contact: { name: "Payables", email: "payables@acme.example" },
  currency: "PHP" as const,
});

/** A supplier and two companies that pay. */
export const COMPANIES: CompaniesFile = {
  supplier: { ...party("Platform & Sons, Inc.", "PH000000001000"), timezone: "Asia/Manila" },
  companies: {
    acme: { ...party("Acme <Group>, Inc.", "PH000000002000"), costCentres: { finance: "Finance", sales: "Sales" } },
    globex: { ...party("Globex, Inc.", "PH000000003000"), costCentres: { it: "IT" } },
  },
};

const price = (month: string, paused: string): PriceList["plans"][string] => ({
  month,
  paused,
  included: { database_gib: "5", filestore_gib: "10", backup_gib: "30", active_users: "15" },
});

/** Prices from 2026 on. */
export const PRICES: readonly PriceList[] = [
  {
    validFrom: "2026-01-01",
    tax: { category: "S", percent: "12" },
    plans: { small: price("8700.00", "2200.00"), standard: price("22600.00", "5700.00") },
    overage: { database_gib: "120.00" },
  },
];

/** Files in which some tenants have a payer. */
export function filesWith(
  payers: Readonly<Record<string, Tenant["billing"]>>,
  prices: readonly PriceList[] = PRICES,
): Pick<ProjectFiles, "companies" | "prices" | "tenants"> {
  const tenant = tenantSchema.parse({
    displayName: "Acme",
    owner: { team: "acme-it", email: "it@acme.example" },
    bundles: ["finance-ppm"],
    environments: { prod: {} },
  });
  return {
    companies: COMPANIES,
    prices: new Map([["PHP", prices]]),
    tenants: new Map(
      Object.entries(payers).map(([id, billing]) => [
        id,
        { ...tenant, id, ...(billing === undefined ? {} : { billing }) },
      ]),
    ),
  };
}

/** Events of a tenant on every day of a month: its plan, and the size of its database. */
export function eventsOfMonth(
  tenant: string,
  month: string,
  planOn: (day: string) => { plan: string; lifecycle: "active" | "paused" } = () => ({
    plan: "small",
    lifecycle: "active",
  }),
  gib = "4.000",
): MeterEvent[] {
  return daysOf(month).flatMap((day): MeterEvent[] => {
    const about = { tenant, environment: "prod", day };
    return [
      { ...about, source: "deploy:prod", meter: "plan", ...planOn(day) },
      { ...about, source: "postgresql:prod", meter: "database_gib", value: gib },
    ];
  });
}
