/** Steps of the wizard, with the parts of the tenant's file that each asks for. */
export const WIZARD_STEPS = [
  { name: "who", label: "Who", paths: ["", "tenant", "id", "displayName", "owner", "company"] },
  { name: "what", label: "What", paths: ["bundles", "modules"] },
  { name: "size", label: "How large", paths: ["plan", "storage"] },
  { name: "where", label: "Where", paths: ["environments", "cell"] },
  { name: "check", label: "Check", paths: [] },
  { name: "request", label: "Request", paths: [] },
] as const;
