import type * as inputs from "@pulumi/kubernetes/types/input.js";
import type { Release } from "../config/index.ts";

/** A program of the platform's own that runs in Odoo's image, which has Python. */
export interface ProgramPod {
  readonly image: Release["image"];
  readonly priorityClass: string;
  /** Labels that select the program's pods, which spread over nodes. */
  readonly selector: Readonly<Record<string, string>>;
  /** Group that owns mounted files. @default none */
  readonly fsGroup?: number;
  /** The program's container, without its image and what all such containers must not do. */
  readonly container: Omit<inputs.core.v1.Container, "image" | "securityContext">;
  readonly volumes: readonly inputs.core.v1.Volume[];
}

/** The pods of a program: without rights in the API server, as the image's user odoo, with nothing that they can write. */
export function programPod(program: ProgramPod): inputs.core.v1.PodSpec {
  const { image, priorityClass, selector, fsGroup, container, volumes } = program;
  return {
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    priorityClassName: priorityClass,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: 100,
      runAsGroup: 101,
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
    volumes: [...volumes],
  };
}
