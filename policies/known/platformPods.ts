import { MAINTENANCE_SERVICE, WATCHDOG } from "../../config/names.ts";

/** What one Deployment of the platform's runs, and what it is given. */
export interface PlatformPods {
  /** The command of its one container. */
  readonly command: readonly string[];
  /** The Secret that its pods mount. Default: none. */
  readonly secret?: string;
  /** The ConfigMap with its program. */
  readonly configMap: string;
}

/** What runs in the platform's namespace, by name of the Deployment. Nothing else does, and no pod gets another's Secret. */
export const PLATFORM_PODS: Readonly<Record<string, PlatformPods>> = {
  [WATCHDOG]: {
    command: ["python3", "-B", "-I", "/opt/watchdog/watchdog.py", "/etc/watchdog/settings.json"],
    secret: WATCHDOG,
    configMap: WATCHDOG,
  },
  [MAINTENANCE_SERVICE]: {
    command: ["python3", "-B", "-I", "/opt/maintenance/server.py"],
    configMap: MAINTENANCE_SERVICE,
  },
};
