import { UNKNOWN as UNKNOWN_TEXT } from "../../lib/pulumiMarks.ts";

/**
 * What stands in a property whose value is not known before the update: the SDK's sentinels, one for each kind of value
 * (`sdk/nodejs/runtime/rpc.ts`, and the same in `@pulumi/policy/proxy.js`). A test holds them against the library's.
 */
const UNKNOWN: ReadonlySet<unknown> = new Set([
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  UNKNOWN_TEXT,
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

/**
 * The properties behind the proxy that `@pulumi/policy` wraps them in. The proxy throws at the first unknown value that
 * is touched, which ends the whole policy with a warning and leaves everything else unjudged; {@link Field} treats such
 * values one by one instead, and without a proxy an access costs nothing.
 */
export function unproxied(props: Record<string, unknown>): Record<string, unknown> {
  const target = props.__getSpecialProxyTarget;
  return isRecord(target) ? target : props;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A path one key further: brackets for what could be taken for several keys. */
function below(path: string, key: string): string {
  if (!/^\w+$/.test(key)) return `${path}[${key}]`;
  return path === "" ? key : `${path}.${key}`;
}

/**
 * A property of a resource and where it is. Nothing throws: below a missing property everything is missing, below an
 * unknown one everything is unknown. An unknown value is never judged: the preview cannot, and the update, which knows
 * it, judges again before anything is created.
 */
export class Field {
  /** Path in the resource's properties, such as `spec.containers[0].image`; empty for all properties. */
  readonly path: string;
  readonly value: unknown;
  /** False when the value, or one that it is part of, will only be known during the update. */
  readonly known: boolean;

  constructor(value: unknown, path = "", known = true) {
    this.path = path;
    this.known = known && !UNKNOWN.has(value);
    this.value = this.known && value !== null ? value : undefined;
  }

  /** The property below, by one key or several. */
  at(...keys: readonly string[]): Field {
    // A loop over plain values: one object for the result, however deep it is.
    let value: unknown = this.value;
    let path = this.path;
    for (const key of keys) {
      if (UNKNOWN.has(value)) return new Field(undefined, path, false);
      value = isRecord(value) ? value[key] : undefined;
      path = path === "" ? key : `${path}.${key}`;
    }
    return new Field(value, path, this.known);
  }

  /** The entries of a list; none when it is missing, unknown or no list. */
  items(): Field[] {
    if (!Array.isArray(this.value)) return [];
    return this.value.map((item: unknown, index) => new Field(item, `${this.path}[${index}]`));
  }

  /** The properties below with their keys; none when it is no object. */
  entries(): [string, Field][] {
    if (!isRecord(this.value)) return [];
    return Object.entries(this.value).map(([key, value]) => [key, new Field(value, below(this.path, key))]);
  }

  /** Keys of an object; none when it is none. */
  keys(): string[] {
    return isRecord(this.value) ? Object.keys(this.value) : [];
  }

  /** Whether this and everything in it is known. */
  get settled(): boolean {
    return this.known && [...this.items(), ...this.entries().map(([, field]) => field)].every(({ settled }) => settled);
  }

  /** Whether nothing is there. False when that is not known. */
  get missing(): boolean {
    return this.known && this.value === undefined;
  }

  /** Whether something is there, known or not. */
  get present(): boolean {
    return !this.missing;
  }

  /** Whether this is an object or a list without anything in it, or missing. False when that is not known. */
  get empty(): boolean {
    if (!this.known) return false;
    if (Array.isArray(this.value)) return this.value.length === 0;
    return isRecord(this.value) ? Object.keys(this.value).length === 0 : this.value === undefined;
  }

  /** The value when it is a text. */
  get text(): string | undefined {
    return typeof this.value === "string" ? this.value : undefined;
  }

  /** The value when it is a number. */
  get number(): number | undefined {
    return typeof this.value === "number" ? this.value : undefined;
  }

  /** Whether the value is one of these, or is not known yet. `undefined` stands for a missing one. */
  mayBe(...allowed: readonly unknown[]): boolean {
    return !this.known || allowed.includes(this.value);
  }

  /** The value as a message shows it: short, on one line. */
  get shown(): string {
    if (!this.known) return "not known yet";
    if (this.value === undefined) return "not set";
    const json = JSON.stringify(this.value);
    return json.length > 80 ? `${json.slice(0, 77)}...` : json;
  }
}
