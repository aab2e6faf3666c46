import { KubeConfig } from "@kubernetes/client-node";
import { UserError } from "./userError.ts";

/**
 * How to reach a cluster.
 *
 * @param text contents of a kubeconfig; undefined: the ambient one
 * @param context name of its context. @default the current one
 * @throws UserError if the kubeconfig has no such context
 */
export function kubeConfigOf(text: string | undefined, context?: string): KubeConfig {
  const config = new KubeConfig();
  if (text === undefined) config.loadFromDefault();
  else config.loadFromString(text);
  if (context === undefined) return config;
  if (config.getContextObject(context) === null) {
    const names = config.getContexts().map(({ name }) => name);
    throw new UserError(
      `The kubeconfig has no context "${context}", expected one of ${names.join(", ") || "none: it is empty"}. Set odoo-saas:kubernetes.context.`,
    );
  }
  config.setCurrentContext(context);
  return config;
}
