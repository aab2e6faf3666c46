/** A day in milliseconds. */
export const DAY = 86_400_000;
/** Days that events and changes are spread over. */
export const DAYS = 60;

/** How much the console has to show. */
export interface ConsoleSize {
  readonly tenants: number;
  /** Of each tenant, in stack `prod`. */
  readonly resources: number;
  readonly events: number;
  /** Of tenants' files, by commits. */
  readonly changes: number;
  readonly requests: number;
}

/** The size that the goals are for. */
export const CONSOLE_SIZE: ConsoleSize = {
  tenants: 10_000,
  resources: 60,
  events: 50_000,
  changes: 20_000,
  requests: 1000,
};
