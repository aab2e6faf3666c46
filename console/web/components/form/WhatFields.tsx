import Box from "@mui/material/Box";
import { useFormContext, useWatch } from "react-hook-form";
import type { Options } from "../../lib/options.ts";
import type { TenantDraft } from "../../lib/tenantDraft.ts";
import { BundleChoice } from "./BundleChoice.tsx";
import { ModuleChoice } from "./ModuleChoice.tsx";

/** What the tenant works with. */
export function WhatFields({ options, keys }: { readonly options: Options; readonly keys: readonly string[] }) {
  const { control } = useFormContext<TenantDraft>();
  const chosen = useWatch({ control, name: "bundles" });
  return (
    <Box sx={{ display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: 2.5 }}>
      {keys.includes("bundles") && <BundleChoice bundles={options.bundles} />}
      {keys.includes("modules") && (
        <>
          <ModuleChoice
            name="addModules"
            label="Modules in addition"
            path="modules.add"
            modules={options.modules}
            help="What they need is added by itself; the summary counts all of it."
          />
          <ModuleChoice
            name="removeModules"
            label="Modules to leave out"
            path="modules.remove"
            modules={options.modules}
            help={chosen.length === 0 ? "Choose a bundle first" : "Of the bundles’ modules"}
          />
        </>
      )}
    </Box>
  );
}
