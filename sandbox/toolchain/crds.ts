import { pinnedFiles } from "./releases.ts";
import { goModuleFiles } from "./gobuild.ts";
import type { Installer } from "./installer.ts";

/** The types of the Gateway API, cert-manager and external-dns: module, version, Go's checksum, files with SHA-256. */
const CRDS = [
  {
    repository: "kubernetes-sigs/gateway-api",
    module: "sigs.k8s.io/gateway-api@v1.4.0",
    sum: "h1:ZwlNM6zOHq0h3WUX2gfByPs2yAEsy/EenYJB78jpQfQ=",
    files: {
      "config/crd/standard/gateway.networking.k8s.io_backendtlspolicies.yaml":
        "59d7cf1d99e1337e6d6a19c6306172d8f7ff2d9f920142a88ef9ba597d6d97bb",
      "config/crd/standard/gateway.networking.k8s.io_gatewayclasses.yaml":
        "2f61e8c8c2289843a61d7b1bba31f8a5a46dbf20a1c54359209d638d3bd899c9",
      "config/crd/standard/gateway.networking.k8s.io_gateways.yaml":
        "b0e29566bbe07fbe4ede55c2eff73865bd566f3063736ec9046224d7e20d6f88",
      "config/crd/standard/gateway.networking.k8s.io_grpcroutes.yaml":
        "dc114a794b2bf2565489c3182d4b173590ea01348f986daf42c7bc0505521d26",
      "config/crd/standard/gateway.networking.k8s.io_httproutes.yaml":
        "c2539410dec72b793ef840f484c19d13b48210074ec801b730e9fce2c5fc825c",
      "config/crd/standard/gateway.networking.k8s.io_referencegrants.yaml":
        "3a59dcc699c2d01b19f13233943597f69de25420495ab3d4af7de7997bd807cc",
    },
  },
  {
    repository: "cert-manager/cert-manager",
    module: "github.com/cert-manager/cert-manager@v1.19.1",
    sum: "h1:Txh8L/nLWTDcb7ZnXuXbTe15BxQnLbLirXmbNk0fGgY=",
    files: {
      "deploy/crds/acme.cert-manager.io_challenges.yaml":
        "4df5e6ed266167174379f0a01a685e421b8a1640c1c56a32a7a7a220e27b18da",
      "deploy/crds/acme.cert-manager.io_orders.yaml":
        "04d683cb98ab2785dcc85339d4fcf501b1e50dc6fd9d425bebbb580b5219324b",
      "deploy/crds/cert-manager.io_certificaterequests.yaml":
        "f1faff122ec19793214ecab644f39f47294f60ca4d9fca0534a8f17b305dd2f7",
      "deploy/crds/cert-manager.io_certificates.yaml":
        "7c99af3441710ffb4c0988c87a36a1448b293d4c99bf4e5ca8d3adbfc1f63b3e",
      "deploy/crds/cert-manager.io_clusterissuers.yaml":
        "3d71d9faf472b2c1fdc49639b3896c4b373bdeff41f25bd9f502a4bd1f14a538",
      "deploy/crds/cert-manager.io_issuers.yaml": "a7ffbadca04b32f3bbce923d545291abb032dddb659791f6e2872dd323513a52",
    },
  },
  {
    repository: "kubernetes-sigs/external-dns",
    module: "sigs.k8s.io/external-dns@v0.19.0",
    sum: "h1:fyH3AN/WmOrbuAVYgtHPK4UhkNy9DR3gXMU65yQxuzQ=",
    files: {
      "config/crd/standard/dnsendpoints.externaldns.k8s.io.yaml":
        "0dbd14aff7edbd9bffc0bb04068f53c6942c94e55567674844fea22fd5f9af9b",
    },
  },
] as const;

/** The same files either way: from the tagged sources at GitHub, or out of the Go modules that are those sources. */
export function crdInstallers(): Installer[] {
  const urls = CRDS.flatMap(({ repository, module, files }) => {
    const at = `https://raw.githubusercontent.com/${repository}/${module.split("@")[1] ?? ""}`;
    return Object.entries(files).map(([path, sha256]) => [`${at}/${path}`, sha256] as const);
  });
  return [
    pinnedFiles(Object.fromEntries(urls)),
    goModuleFiles(CRDS.map((crd) => ({ ...crd, files: Object.keys(crd.files) }))),
  ];
}
