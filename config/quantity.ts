/** CPU of a Kubernetes quantity (`500m`, `2`, `0.5`), in thousandths of a core. */
export function cpuMillis(quantity: string): number {
  return quantity.endsWith("m") ? Number(quantity.slice(0, -1)) : Number(quantity) * 1000;
}

const UNITS: Readonly<Record<string, number>> = { Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40 };

/** Bytes of a Kubernetes quantity in Mi, Gi or Ti (`512Mi`, `2Gi`). */
export function memoryBytes(quantity: string): number {
  return Number(quantity.slice(0, -2)) * (UNITS[quantity.slice(-2)] ?? Number.NaN);
}
