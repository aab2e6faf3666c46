import { KubeConfig } from "@kubernetes/client-node";

/**
 * How to reach a cluster.
 *
 * @param text contents of a kubeconfig; undefined: the ambient one
 * @param context name of its context. @default the current one
 */
export function kubeConfigOf(text: string | undefined, context?: string): KubeConfig {
  const config = new KubeConfig();
  if (text === undefined) config.loadFromDefault();
  else config.loadFromString(text);
  if (context !== undefined) config.setCurrentContext(context);
  return config;
}
