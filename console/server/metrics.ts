import { collectDefaultMetrics, Counter, Histogram, Registry } from "prom-client";

/** Upper bounds in seconds: a list is to answer within 0.2 s. */
const BUCKETS = [0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2, 5];

/** Figures of the server for Prometheus. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #requests = new Histogram({
    name: "odoo_saas_console_request_seconds",
    help: "How long requests took, by route and status.",
    labelNames: ["method", "route", "status"],
    buckets: BUCKETS,
    registers: [this.#registry],
  });
  readonly #denials = new Counter({
    name: "odoo_saas_console_denials_total",
    help: "Requests that a person's roles did not allow, by action.",
    labelNames: ["action"],
    registers: [this.#registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.#registry });
  }

  /** @param route pattern of the path, never the path itself: it has names */
  answered(method: string, route: string, status: number, seconds: number): void {
    this.#requests.observe({ method, route, status: String(status) }, seconds);
  }

  denied(action: string): void {
    this.#denials.inc({ action });
  }

  /** All figures in Prometheus' text format. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }
}
