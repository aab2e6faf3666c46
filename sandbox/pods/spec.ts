// What of Kubernetes' pods is run here; the client's own types fit these.

/** A container of a pod. */
export interface ContainerSpec {
  readonly name: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value?: string; readonly valueFrom?: unknown }[];
  readonly volumeMounts?: readonly {
    readonly name: string;
    readonly mountPath: string;
    readonly readOnly?: boolean;
  }[];
}

type Items = readonly { readonly key: string; readonly path: string }[];

/** A volume of a pod; one without a source of these is an empty folder. */
export interface VolumeSpec {
  readonly name: string;
  readonly persistentVolumeClaim?: { readonly claimName: string };
  readonly secret?: { readonly secretName?: string; readonly items?: Items };
  readonly configMap?: { readonly name?: string; readonly items?: Items };
}

/** A pod. */
export interface PodSpec {
  readonly volumes?: readonly VolumeSpec[];
  readonly initContainers?: readonly ContainerSpec[];
  readonly containers: readonly ContainerSpec[];
  /** In seconds. Default 30. */
  readonly terminationGracePeriodSeconds?: number;
}
