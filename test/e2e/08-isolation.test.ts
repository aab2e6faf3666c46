import { attackAnalytics } from "./isolation/analytics.ts";
import { Attacks } from "./isolation/attacks.ts";
import { attackConnections } from "./isolation/connections.ts";
import { attackDatabases } from "./isolation/databases.ts";
import { attackKeycloak } from "./isolation/keycloak.ts";
import { attackKubernetes } from "./isolation/kubernetes.ts";
import { attackLocks } from "./isolation/locks.ts";
import { attackNetwork, WAY_OUT } from "./isolation/network.ts";
import { settingOf } from "./isolation/setting.ts";
import type { Setting } from "./isolation/setting.ts";
import { whatIsShown } from "./isolation/shown.ts";
import { world } from "./support/hooks.ts";

/**
 * Every ordered pair of tenants: what the first could try on the second with everything that can be stolen from it. Each attack
 * must be refused in the one way that it should be, and the same must work on the attacker's own, so that none fails for
 * another reason. What docs/security.md says is what is proved here.
 */
describe("isolation", () => {
  const attacks = new Attacks();
  let known: Setting | undefined;
  const setting = (): Setting => {
    if (known === undefined) throw new Error("the tenants are not known yet");
    return known;
  };

  before(async () => {
    // One tenant has a way out of its own, which no other may have.
    const { tenant, module, network } = WAY_OUT;
    const file = `tenants/${tenant}.yaml`;
    const opened = `prod: { egress: [{ for: ${module}, networks: [${network}] }],`;
    world().write(file, world().read(file).replace("prod: {", opened));
    await world().ok("sandbox up", "--skip-preview");
    known = await settingOf(world());
    attacks.pairs = known.pairs.length;
  });
  after(() => console.log(attacks.figures));

  describe("databases", () => attackDatabases(attacks, setting));
  describe("analytics", () => attackAnalytics(attacks, setting));
  describe("connections", () => attackConnections(attacks, setting));
  describe("Keycloak", () => attackKeycloak(attacks, setting));
  describe("Kubernetes", () => attackKubernetes(attacks, setting));
  describe("locks", () => attackLocks(attacks, setting));
  describe("network", () => attackNetwork(attacks, setting));
  describe("what is shown by nature", () => whatIsShown(setting));
});
