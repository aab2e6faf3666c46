import { isSameLogin } from "../config/approvers.ts";

/** What somebody does at the platform's operator. */
export type Role = "engineer" | "operator" | "finance" | "auditor";

/** A person of the sandbox's staff, who does not exist. */
export interface Person {
  /** User name everywhere: on GitHub, which the forge stands in for, and in Keycloak. */
  readonly login: string;
  readonly name: string;
  readonly email: string;
  readonly roles: readonly Role[];
  /** Whether `approvers.yaml`, as the forge has it, names the person. */
  readonly isApprover: boolean;
}

/** The sandbox's staff. */
export const PEOPLE: readonly Person[] = [
  person("maria-cruz", "Maria Cruz", ["engineer"]),
  person("jo-santos", "Jo Santos", ["engineer"], true),
  person("kim-reyes", "Kim Reyes", ["operator"], true),
  person("fe-garcia", "Fe Garcia", ["finance"]),
  person("al-tan", "Al Tan", ["auditor"]),
];

/** Login of the console: a program that asks in its own name, on behalf of a person. */
export const CONSOLE_LOGIN = "odoo-saas-console";

/** The person with a login, whatever its case. */
export function personOf(login: string): Person | undefined {
  return PEOPLE.find((each) => isSameLogin(each.login, login));
}

/** Logins of those who may approve requests. */
export function approverLogins(): readonly string[] {
  return PEOPLE.filter(({ isApprover }) => isApprover).map(({ login }) => login);
}

function person(login: string, name: string, roles: readonly Role[], isApprover = false): Person {
  return { login, name, email: `${login}@platform.example`, roles, isApprover };
}
