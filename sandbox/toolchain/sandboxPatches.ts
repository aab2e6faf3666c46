import type { Patch } from "./patches.ts";

/** What the modules of `go/sandbox` need to be built with one another, and what the sandbox leaves out of them. */
export const SANDBOX_PATCHES: readonly Patch[] = [
  {
    // Written for Kubernetes 0.33: the servers of 0.35 do not send the annotation that it insists on.
    module: "sigs.k8s.io/kwok",
    edit: {
      "pkg/utils/informer/informer.go": [[/\t+base64EncodedInitialEventsListBlueprint := [^]*?\n\t{5}\}\n/, ""]],
    },
  },
  {
    // Written for an older Pulumi.
    module: "github.com/pulumi/pulumi-kubernetes/provider/v4",
    edit: { "pkg/gen/schema.go": [[/Provider: pschema\.ResourceSpec\{/, "Provider: &pschema.ResourceSpec{"]] },
  },
  {
    // Without the clients of three clouds: the sandbox keeps its state in a folder, and its secrets by a passphrase.
    module: "github.com/pulumi/pulumi/pkg/v3",
    remove: ["operations/operations_aws.go", "operations/operations_gcp.go"],
    add: { "operations/sandbox.go": "_patched/operations.go" },
    edit: {
      "backend/diy/backend.go": [
        [/\t"gocloud\.dev\/blob\/azureblob" .*\n/, ""],
        [/\t"gocloud\.dev\/blob\/gcsblob" .*\n/, ""],
        [/\t_ "gocloud\.dev\/blob\/s3blob" .*\n/, ""],
        [/\t"github\.com\/pulumi\/pulumi\/pkg\/v3\/authhelpers"\n/, ""],
        [/\tif p\.Scheme == gcsblob\.Scheme \{\n(?:\t\t.*\n|\n)*\t\}\n/, ""],
        [/\tif p\.Scheme == azureblob\.Scheme \{\n(?:\t\t.*\n|\n)*\t\}\n/, ""],
      ],
      "secrets/cloud/manager.go": [
        [/\t_ "gocloud\.dev\/secrets\/awskms" .*\n/, ""],
        [/\t_ "gocloud\.dev\/secrets\/azurekeyvault" .*\n/, ""],
        [/\t"gocloud\.dev\/secrets\/gcpkms" .*\n/, ""],
        [/\t_ "gocloud\.dev\/secrets\/hashivault" .*\n/, ""],
        [/\t"google\.golang\.org\/api\/cloudkms\/v1"\n/, ""],
        [/\t"github\.com\/pulumi\/pulumi\/pkg\/v3\/authhelpers"\n/, ""],
        [/\tu, err := netUrl\.Parse/, "\t_, err := netUrl.Parse"],
        [/\tswitch u\.Scheme \{\n\tcase gcpkms[^]*?\n\t\}\n/, "\treturn gosecrets.OpenKeeper(ctx, url)\n"],
      ],
    },
  },
];
