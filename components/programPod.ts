import type * as inputs from "@pulumi/kubernetes/types/input.js";
import type { Release } from "../config/index.ts";

/** A program of the platform's own: in Odoo's image, which has Python, or in its own. */
export interface ProgramPod {
  readonly image: Release["image"];
  /**
   * Ids that it runs as.
   *
   * @default those of Odoo's image
   */
  readonly user?: { readonly uid: number; readonly gid: number };
  readonly priorityClass: string;
  /** Labels that select the program's pods, which spread over nodes. */
  readonly selector: Readonly<Record<string, string>>;
  /** Group that owns mounted files. @default none */
  readonly fsGroup?: number;
  /** The program's container, without its image and what all such containers must not do. */
  readonly container: Omit<inputs.core.v1.Container, "image" | "securityContext">;
  readonly volumes: readonly inputs.core.v1.Volume[];
}

/** User and group odoo of Odoo's image. */
const ODOO_USER = { uid: 100, gid: 101 } as const;

/** The pods of a program: without rights in the API server, as the image's own user, with nothing that they can write. */
export function programPod(program: ProgramPod): inputs.core.v1.PodSpec {
  const { image, user = ODOO_USER, priorityClass, selector, fsGroup, container, volumes } = program;
  return {
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    priorityClassName: priorityClass,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: user.uid,
      runAsGroup: user.gid,
      ...(fsGroup === undefined ? {} : { fsGroup }),
      seccompProfile: { type: "RuntimeDefault" },
    },
    topologySpreadConstraints: [
      {
        maxSkew: 1,
        topologyKey: "kubernetes.io/hostname",
        whenUnsatisfiable: "ScheduleAnyway",
        labelSelector: { matchLabels: { ...selector } },
      },
    ],
    containers: [
      {
        ...container,
        image: `${image.repository}@${image.digest}`,
        securityContext: {
          allowPrivilegeEscalation: false,
          capabilities: { drop: ["ALL"] },
          readOnlyRootFilesystem: true,
        },
      },
    ],
    ...(volumes.length === 0 ? {} : { volumes: [...volumes] }),
  };
}
