import { z } from "zod";
import { ACTIONS, ROLES } from "./access.ts";
import { time } from "./common.ts";

const color = z.string().regex(/^#[0-9a-fA-F]{6}$/);

/** How the console looks: name, logo and two colours. */
export const brandSchema = z.object({
  name: z.string().min(1).max(60).default("Odoo SaaS"),
  /** Address of an image of this site, such as `/brand/logo.svg`. */
  logo: z.string().optional(),
  primary: color.optional(),
  secondary: color.optional(),
});
export type Brand = z.output<typeof brandSchema>;

/** `GET /api/session`: who is logged in. 401 without a session. */
export const sessionSchema = z.object({
  login: z.string(),
  name: z.string(),
  roles: z.array(z.enum(ROLES)),
  /** Tenant of which the person is; absent for staff. */
  tenant: z.string().optional(),
  /** Actions that the person may do, with all of their kind or their own. */
  actions: z.array(z.enum(ACTIONS)),
  expiresAt: time,
});
export type Session = z.output<typeof sessionSchema>;

/** `GET /api/about`: what a browser may know before the log-in. */
export const aboutSchema = z.object({ brand: brandSchema, version: z.string(), environment: z.string() });
