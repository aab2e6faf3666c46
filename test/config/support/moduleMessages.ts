/** What is said in each case of `moduleCases.ts`, line by line. Cases that are fine are not here. */
export const MESSAGES: Readonly<Record<string, readonly string[]>> = {
  "an unknown module": [
    "bundles/x.yaml:6:3: modules.zzz_quux_frobnicate: is not in the module index, expected a module that it has (docs/runbooks/modules.md)",
  ],
  "a misspelt module": ["bundles/x.yaml:6:3: modules.crm_led_code: is not in the module index, expected crm_lead_code"],
  "a misspelt module of Odoo's own": [
    "bundles/x.yaml:6:3: modules.acount: is not in the module index, expected account",
  ],
  "a module of another series": [
    "bundles/x.yaml:6:3: modules.old_module: is not known to exist for 18.0 (seen as 16.0.1.2.0), expected a module that exists for 18.0 (docs/runbooks/modules.md)",
  ],
  "a module of another series on request": [
    "bundles/x.yaml:6:3: modules.stock_cycle_count: is not known to exist for 18.0 (seen as 17.0.1.0.1), expected a module that exists for 18.0 (docs/runbooks/modules.md)",
  ],
  "Odoo's own as OCA's": [
    'bundles/x.yaml:6:22: modules.account.origin: is "oca", but the index has this module from ce (odoo/odoo): a module has one origin, expected ce',
  ],
  "OCA's as Odoo's own": [
    'bundles/x.yaml:6:23: modules.db_store.origin: is "ce", but the index has this module from oca (OCA/server-tools): a module has one origin, expected oca',
  ],
  "a third party's as OCA's": [
    'bundles/x.yaml:6:26: modules.redis_store.origin: is "oca", but the index has this module from third-party (maker/addons): a module has one origin, expected third-party',
  ],
  "the owner's as a third party's": [
    'bundles/x.yaml:6:23: modules.ipai_one.origin: is "third-party", but the index has this module from ipai (owner/odoo): a module has one origin, expected ipai',
  ],
  "two bundles with two origins of one module": [
    'bundles/ya.yaml:6:23: modules.db_store.origin: is "third-party", but the index has this module from oca (OCA/server-tools): a module has one origin, expected oca',
  ],
  "another repository of the same origin": [
    'bundles/x.yaml:6:40: modules.db_store.repository: is "OCA/web", but the index has this module from OCA/server-tools, expected that',
  ],
  "an unproven module by default": [
    "bundles/x.yaml:6:3: modules.seen: is installed by default, but its manifest for 18.0 has not been read (evidence: branch), expected install: on-request, or npx odoo-saas module refresh to read it",
  ],
  "an unproven module always": [
    "bundles/x.yaml:6:3: modules.seen: is installed by default, but its manifest for 18.0 has not been read (evidence: branch), expected install: on-request, or npx odoo-saas module refresh to read it",
  ],
  "a module that was never read": [
    "bundles/x.yaml:6:3: modules.listed: was only seen in a list of packages, and its dependencies on 18.0 are not known, expected its package to be read: npx odoo-saas module refresh (docs/runbooks/modules.md)",
  ],
  "a module that was never read: branched": [
    "bundles/x.yaml:6:3: modules.branched: was only seen on its repository's 18.0 branch, and its dependencies on 18.0 are not known, expected its package to be read: npx odoo-saas module refresh (docs/runbooks/modules.md)",
  ],
  "a module that was never read: vendored": [
    "bundles/x.yaml:6:3: modules.vendored: was only seen in a third-party copy, and its dependencies on 18.0 are not known, expected its package to be read: npx odoo-saas module refresh (docs/runbooks/modules.md)",
  ],
  "a module that was never read: heard_of": [
    "bundles/x.yaml:6:3: modules.heard_of: was only seen by name in a list of packages, and its dependencies on 18.0 are not known, expected its package to be read: npx odoo-saas module refresh (docs/runbooks/modules.md)",
  ],
  "a module that was never read, by default": [
    "bundles/x.yaml:6:3: modules.listed: is installed by default, but its manifest for 18.0 has not been read (evidence: listed), expected install: on-request, or npx odoo-saas module refresh to read it",
    "bundles/x.yaml:6:3: modules.listed: was only seen in a list of packages, and its dependencies on 18.0 are not known, expected its package to be read: npx odoo-saas module refresh (docs/runbooks/modules.md)",
  ],
  "a module that needs one that was never read": [
    'bundles/x.yaml:6:3: modules.needs_listed: needs "listed", which was only seen in a list of packages, and its dependencies on 18.0 are not known: needs_listed → listed, expected its package to be read: npx odoo-saas module refresh (docs/runbooks/modules.md)',
  ],
  "a pin that is not there": [
    'bundles/x.yaml:6:67: modules.db_store.version: is "18.0.9.9.9", a pin that the index does not have, expected 18.0.1.0.0, or the index refreshed with this pin: npx odoo-saas module refresh',
  ],
  "the manifest's version where the package has another": [
    'bundles/x.yaml:6:59: modules.packaged.version: is "18.0.1.0.0", a pin that the index does not have, expected 18.0.1.0.0.7, or the index refreshed with this pin: npx odoo-saas module refresh',
  ],
  "an older pin": [
    'bundles/x.yaml:6:59: modules.packaged.version: is "18.0.1.0.0.6", a pin that the index does not have, expected 18.0.1.0.0.7, or the index refreshed with this pin: npx odoo-saas module refresh',
  ],
  "a pin of Odoo's own module": [
    'bundles/x.yaml:6:58: modules.account.version: is "18.0.1.3", a pin that the index does not have, expected "18.0": the image brings Odoo\'s own',
  ],
  "a pin of another series": [
    'bundles/x.yaml:6:67: modules.db_store.version: is "17.0.1.0.0", expected a version of series 18.0 such as "18.0.1.1.0"',
  ],
  "the series alone for OCA's": [
    'bundles/x.yaml:6:67: modules.db_store.version: is "18.0", a pin that the index does not have, expected 18.0.1.0.0, or the index refreshed with this pin: npx odoo-saas module refresh',
  ],
  "a version that is no text": [
    'bundles/x.yaml:6:67: modules.db_store.version: is 18.0, which YAML reads as a number, expected quotes: "18.0"',
  ],
  "no commit where there is no package": [
    "bundles/x.yaml:6:3: modules.ipai_one: has no published package and no commit, expected commit: bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
  ],
  "another commit": [
    'bundles/x.yaml:6:82: modules.ipai_one.commit: is "cccccccccccccccccccccccccccccccccccccccc", a commit that the index was not read at, expected bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb',
  ],
  "a commit where the version is the pin": [
    'bundles/x.yaml:6:81: modules.packaged.commit: is "cccccccccccccccccccccccccccccccccccccccc", a commit that the index was not read at, expected none: the version is the pin',
  ],
  "a short commit": [
    'bundles/x.yaml:6:82: modules.ipai_one.commit: is "bbbbbbb", expected a commit of 40 hexadecimal digits',
  ],
  "a commit that is a branch": [
    'bundles/x.yaml:6:82: modules.ipai_one.commit: is "18.0", expected a commit of 40 hexadecimal digits',
  ],
  "a paid licence": [
    'bundles/x.yaml:6:3: modules.paid: has the licence "OPL-1", which does not allow running it here, expected a free licence such as LGPL-3 or AGPL-3',
  ],
  "Enterprise's licence": [
    'bundles/x.yaml:6:3: modules.enterprise: has the licence "OEEL-1", which does not allow running it here, expected a free licence such as LGPL-3 or AGPL-3',
  ],
  "a paid licence on request": [
    'bundles/x.yaml:6:3: modules.paid: has the licence "OPL-1", which does not allow running it here, expected a free licence such as LGPL-3 or AGPL-3',
  ],
  "a module that needs a paid one": [
    'bundles/x.yaml:6:3: modules.needs_paid: needs "paid", which has the licence "OPL-1", which does not allow running it here: needs_paid → paid, expected a free licence such as LGPL-3 or AGPL-3',
  ],
  "a module that needs a paid one two steps on": [
    'bundles/x.yaml:6:3: modules.needs_needs_paid: needs "paid", which has the licence "OPL-1", which does not allow running it here: needs_needs_paid → needs_paid → paid, expected a free licence such as LGPL-3 or AGPL-3',
  ],
  "two ways to a paid one: each bundle module's own": [
    'bundles/x.yaml:7:3: modules.needs_paid: needs "paid", which has the licence "OPL-1", which does not allow running it here: needs_paid → paid, expected a free licence such as LGPL-3 or AGPL-3',
  ],
  "a module that cannot be installed": [
    "bundles/x.yaml:6:3: modules.broken: cannot be installed (its manifest says installable: False), expected another module",
  ],
  "a module that needs one that cannot be installed": [
    'bundles/x.yaml:6:3: modules.needs_broken: needs "broken", which cannot be installed (its manifest says installable: False): needs_broken → broken, expected another module',
  ],
  "a dependency that is not there": [
    'bundles/x.yaml:6:3: modules.needs_gone: needs "gone_for_good", which does not exist for 18.0: needs_gone → gone_for_good, expected a module that is (docs/runbooks/modules.md)',
  ],
  "a dependency of another series": [
    'bundles/x.yaml:6:3: modules.needs_old: needs "old_module", which does not exist for 18.0 (seen as 16.0.1.2.0): needs_old → old_module, expected a module that is (docs/runbooks/modules.md)',
  ],
  "a dependency that is not there two steps on": [
    'bundles/x.yaml:6:3: modules.far_gone: needs "gone_for_good", which does not exist for 18.0: far_gone → needs_gone → gone_for_good, expected a module that is (docs/runbooks/modules.md)',
  ],
  "a cycle of three": [
    "bundles/x.yaml:6:3: modules.ring_a: is in a cycle of dependencies: ring_a → ring_b → ring_c → ring_a, expected modules that do not need each other",
  ],
  "a cycle that starts elsewhere": [
    "bundles/x.yaml:6:3: modules.to_ring: is in a cycle of dependencies: ring_a → ring_b → ring_c → ring_a, expected modules that do not need each other",
  ],
  "a module that needs itself": [
    "bundles/x.yaml:6:3: modules.selfish: is in a cycle of dependencies: selfish → selfish, expected modules that do not need each other",
  ],
  "a cycle and a missing module at once": [
    "bundles/x.yaml:6:3: modules.ring_a: is in a cycle of dependencies: ring_a → ring_b → ring_c → ring_a, expected modules that do not need each other",
    'bundles/x.yaml:7:3: modules.needs_gone: needs "gone_for_good", which does not exist for 18.0: needs_gone → gone_for_good, expected a module that is (docs/runbooks/modules.md)',
  ],
  "a wrong thing of each kind at once": [
    'bundles/x.yaml:6:3: modules.needs_gone: needs "gone_for_good", which does not exist for 18.0: needs_gone → gone_for_good, expected a module that is (docs/runbooks/modules.md)',
    'bundles/x.yaml:7:3: modules.paid: has the licence "OPL-1", which does not allow running it here, expected a free licence such as LGPL-3 or AGPL-3',
    'bundles/x.yaml:8:67: modules.db_store.version: is "18.0.9.9.9", a pin that the index does not have, expected 18.0.1.0.0, or the index refreshed with this pin: npx odoo-saas module refresh',
    "bundles/x.yaml:9:3: modules.nowhere_to_be_found_at_all: is not in the module index, expected a module that it has (docs/runbooks/modules.md)",
  ],
  "the same fault in two bundles": [
    'bundles/x.yaml:6:3: modules.paid: has the licence "OPL-1", which does not allow running it here, expected a free licence such as LGPL-3 or AGPL-3',
    'bundles/ya.yaml:6:3: modules.paid: has the licence "OPL-1", which does not allow running it here, expected a free licence such as LGPL-3 or AGPL-3',
  ],
  "a fault of the platform's": [
    'bundles/platform.yaml:11:3: modules.paid: has the licence "OPL-1", which does not allow running it here, expected a free licence such as LGPL-3 or AGPL-3',
  ],
  "two modules that exclude each other": [
    "bundles/x.yaml:6:3: modules.redis_store: conflicts: redis_store and db_store exclude each other (one store), expected at most one of them",
  ],
  "two modules whose dependencies exclude each other": [
    "bundles/x.yaml:6:3: modules.needs_redis: conflicts: needs_redis → redis_store and needs_db → db_store exclude each other (one store), expected at most one of them",
  ],
  "a module that cannot be installed, by default": [
    "bundles/x.yaml:7:3: modules.db_store: is installed by default, but cannot be installed (it is broken), expected install: on-request",
  ],
  "a module that needs one that is said not to install": [
    'bundles/x.yaml:6:3: modules.tower_a: needs "tower_c", which cannot be installed (it is broken): tower_a → tower_b → tower_c, expected uninstallable here too',
  ],
  "a module that another bundle says cannot be installed": [
    "bundles/x.yaml:6:3: modules.db_store: cannot be installed, as another bundle says (it is broken), expected uninstallable here too",
  ],
  "a feature that no module makes that can be installed": [
    'bundles/x.yaml:4:26: features[0].coverage: is "full" with 0 modules, expected "none" if and only if there is no module that can be installed',
  ],
  "a tenant that adds what cannot be installed": [
    'tenants/beta.yaml:4:18: modules.add[0]: is "db_store", which cannot be installed on Odoo 18.0 (it is broken), expected another module',
  ],
  "a conflict with the platform's": [
    "bundles/x.yaml:6:3: modules.needs_redis: conflicts: needs_redis → redis_store and db_store exclude each other (one store), expected at most one of them",
  ],
  "a conflict that names an unknown module": [
    'bundles/x.yaml:7:35: conflicts[0].modules[1]: is "redis_stor", which is not in the module index, expected redis_store',
  ],
  "a conflict of one module": [
    'bundles/x.yaml:7:24: conflicts[0].modules: is ["db_store"], expected at least two modules',
  ],
  "a conflict without a reason": [
    "bundles/x.yaml:7:13: conflicts[0].reason: is missing, expected why (one line, at most 200 characters)",
  ],
  "a bundle that removes what the platform cannot do without": [
    'bundles/x.yaml:7:11: removes[0]: is "auth_oidc", which bundle platform requires, expected another module',
  ],
  "a bundle that removes what it has": [
    'bundles/x.yaml:7:11: removes[0]: is "db_store", which the bundle itself has below modules, expected one or the other',
  ],
  "a bundle that removes what it needs": [
    'bundles/x.yaml:7:11: removes[0]: is "crm", which the bundle itself needs: crm_lead_code → crm, expected one or the other',
  ],
  "a bundle that removes what nobody has": [
    'bundles/x.yaml:7:11: removes[0]: is "document_pages", which no other bundle has, expected document_page',
  ],
  "a bundle that needs what another removes": [
    'tenants/beta.yaml:3:18: bundles[1]: is "x", which removes crm, but the tenant\'s other bundles need it: crm_lead_code → crm, expected one or the other',
  ],
  "a bundle that removes what another needs two steps on": [
    'tenants/beta.yaml:3:18: bundles[2]: is "z", which removes tower_c, but the tenant\'s other bundles need it: tower_a → tower_b → tower_c, expected one or the other',
  ],
  "a feature with a module that is not below": [
    'bundles/x.yaml:4:52: features[0].modules[1]: is "db_stor", which is not below modules, expected db_store',
  ],
  "a module that no feature has": [
    "bundles/x.yaml:7:3: modules.crm_lead_code: is a module that no feature lists and no module depends on, expected it to be used",
  ],
  "none with modules": [
    'bundles/x.yaml:4:26: features[0].coverage: is "none" with 1 modules, expected "none" if and only if there is no module',
  ],
  "full without modules": [
    'bundles/x.yaml:4:26: features[0].coverage: is "full" with 0 modules, expected "none" if and only if there is no module',
  ],
  "partial without a note": [
    'bundles/x.yaml:4:26: features[0].coverage: is "partial" without a note, expected a sentence that says what is missing',
  ],
  "a coverage there is not": [
    'bundles/x.yaml:4:26: features[0].coverage: is "mostly", expected one of full, partial, none, custom',
  ],
  "an origin there is not": ['bundles/x.yaml:6:23: modules.db_store.origin: is "ee", expected ce'],
  "dependencies, which the index has": [
    "bundles/x.yaml:6:79: modules.db_store.depends: is not a known key, expected one of commit, install, uninstallable",
  ],
  "a smoke test of a misspelt menu": [
    'bundles/x.yaml:7:29: smoke.account.menus[0]: is "menu_finanse", which account 18.0.1.3 does not define, expected menu_finance',
  ],
  "a smoke test of a menu that is not there": [
    'bundles/x.yaml:7:29: smoke.account.menus[0]: is "something_else", which account 18.0.1.3 does not define, expected one of its 1 menus',
  ],
  "a smoke test of a model that is not there": [
    'bundles/x.yaml:7:30: smoke.account.models[0]: is "account.moves", which account 18.0.1.3 does not define, expected account.move',
  ],
  "a smoke test of a report that is not there": [
    'bundles/x.yaml:7:31: smoke.account.reports[0]: is "invoice", which account 18.0.1.3 does not define, expected one of its 1 reports',
  ],
  "a smoke test with a module's name in front": [
    'bundles/x.yaml:7:29: smoke.account.menus[0]: is "account.menu_finance", expected an external id without its module such as "menu_finance"',
  ],
  "a smoke test of a module that is not there": [
    "bundles/x.yaml:7:10: smoke.account: is a module that the bundle does not include, expected one that it does",
  ],
  "a smoke test of something else": [
    "bundles/x.yaml:7:21: smoke.account.views: is not a known key, expected one of menus, models, reports",
  ],
  "a cost without its basis": [
    "bundles/x.yaml:7:1: cost.basis: is missing, expected what the numbers are based on (one line, at most 400 characters)",
  ],
  "a cost of nothing": ["bundles/x.yaml:7:22: cost.databaseMiB: is 0, expected a whole number of MiB from 1 to 100000"],
  "a tenant that adds what is in the index alone": [
    'tenants/beta.yaml:4:18: modules.add[0]: is "sale", which no bundle describes (ce, odoo/odoo), expected it in a bundle first (docs/runbooks/modules.md)',
  ],
  "a tenant that adds what has no repository": [
    'tenants/beta.yaml:4:18: modules.add[0]: is "unplaced", which no bundle describes, so the image does not have it (oca), expected it in a bundle first (docs/runbooks/modules.md)',
  ],
  "a tenant that adds what is of another series": [
    'tenants/beta.yaml:4:18: modules.add[0]: is "old_module", which is not known to exist for 18.0 (seen as 16.0.1.2.0), expected a module that exists for 18.0 (docs/runbooks/modules.md)',
  ],
  "a tenant that adds what is nowhere": [
    'tenants/beta.yaml:4:18: modules.add[0]: is "zzz_nowhere_at_all", which no bundle describes, expected a module of a bundle',
  ],
  "a tenant that adds what its bundle installs": [
    'tenants/beta.yaml:4:18: modules.add[0]: is "crm_lead_code", which bundle sales installs, expected only others',
  ],
  "a tenant that adds what conflicts": [
    "tenants/beta.yaml:4:18: modules.add[0]: conflicts: redis_store and db_store exclude each other (one store), expected at most one of them",
  ],
  "a tenant that adds two things that conflict": [
    "tenants/beta.yaml:4:28: modules.add[1]: conflicts: redis_store and db_store exclude each other (one store), expected at most one of them",
  ],
  "a tenant that adds what conflicts through its dependencies": [
    "tenants/beta.yaml:4:18: modules.add[0]: conflicts: needs_redis → redis_store and db_store exclude each other (one store), expected at most one of them",
  ],
  "two bundles of a tenant that conflict": [
    "tenants/beta.yaml:3:10: bundles: conflicts: redis_store and db_store exclude each other (one store), expected at most one of them",
  ],
  "a tenant that removes what another module needs": [
    'tenants/beta.yaml:4:21: modules.remove[0]: is "crm", which crm_lead_code needs, expected crm_lead_code to be removed too',
  ],
  "a tenant that removes what another needs two steps on": [
    'tenants/beta.yaml:4:21: modules.remove[0]: is "tower_c", which tower_b needs (tower_a → tower_b → tower_c), expected tower_a to be removed too',
  ],
  "a tenant that removes a dependency that no bundle names": [
    'tenants/beta.yaml:4:21: modules.remove[0]: is "tower_c", which tower_b needs (tower_a → tower_b → tower_c), expected tower_a to be removed instead',
  ],
  "a tenant that removes what its other bundle needs": [
    'tenants/beta.yaml:4:21: modules.remove[0]: is "tower_c", which tower_b needs (tower_a → tower_b → tower_c), expected tower_a to be removed too',
  ],
  "a tenant that removes what Odoo installs by itself": [
    'tenants/beta.yaml:4:21: modules.remove[0]: is "sale_crm", which Odoo installs automatically where crm, sale are there, expected one of those to be removed too',
  ],
  "a tenant that removes what one module triggers": [
    'tenants/beta.yaml:4:21: modules.remove[0]: is "sale_glue", which Odoo installs automatically where sale is there, expected one of those to be removed too',
  ],
  "a tenant that removes what is always there": [
    'tenants/beta.yaml:4:21: modules.remove[0]: is "auth_oidc", which bundle platform requires, expected another module',
  ],
  "a tenant that removes what is not there": [
    'tenants/beta.yaml:4:21: modules.remove[0]: is "sale", which the tenant\'s bundles do not install, expected a module that they install',
  ],
  "a tenant that removes a misspelt module": [
    'tenants/beta.yaml:4:21: modules.remove[0]: is "document_pag", which the tenant\'s bundles do not install, expected document_page',
  ],
  "a tenant of a bundle that is broken is not judged": [
    "bundles/x.yaml:7:1: colour: is not a known key, expected one of reporting, removes, conflicts, outside, cost, smoke",
  ],
  "an index that is not there": [
    "modules/index.json:1:1: is not JSON, expected the generated file (npx odoo-saas module refresh writes it: docs/runbooks/modules.md)",
  ],
  "an index of another series": [
    'modules/index.json:1:1: series: is "17.0", expected "18.0" (npx odoo-saas module refresh writes it: docs/runbooks/modules.md)',
  ],
  "an index with a wrong entry that is used": [
    'modules/index.json:1:1: modules.crm.version: is missing, expected a version of series 18.0 such as "18.0.1.1.0" (npx odoo-saas module refresh writes it: docs/runbooks/modules.md)',
  ],
  "another origin than that of a module whose repository the index does not know": [
    'bundles/x.yaml:6:23: modules.unplaced.origin: is "third-party", but the index has this module from oca: a module has one origin, expected oca',
  ],
  "a conflict with the platform's, named the other way about": [
    "bundles/x.yaml:6:3: modules.needs_db: conflicts: redis_store and needs_db → db_store exclude each other (one store), expected at most one of them",
  ],
  "a conflict within the platform's is told there alone": [
    "bundles/platform.yaml:11:3: modules.redis_store: conflicts: redis_store and db_store exclude each other (one store), expected at most one of them",
  ],
  "a conflict that names what is nowhere": [
    'bundles/x.yaml:7:35: conflicts[0].modules[1]: is "zzz_nowhere_at_all", which is not in the module index, expected a module that it has',
  ],
  "a bundle that removes what is nowhere": [
    'bundles/x.yaml:7:11: removes[0]: is "zzz_nowhere_at_all", which no other bundle has, expected a module of another bundle',
  ],
  "a bundle that removes what is misspelt of its own": [
    'bundles/x.yaml:7:11: removes[0]: is "db_stor", which no other bundle has, expected a module of another bundle',
  ],
  "a bundle that removes what another cannot do without": [
    'bundles/x.yaml:7:11: removes[0]: is "tower_c", which bundle ya requires, expected another module',
  ],
  "none without a note": [
    'bundles/x.yaml:4:26: features[0].coverage: is "none" without a note, expected a sentence that says what is missing',
  ],
  "a smoke test of a misspelt module": [
    "bundles/x.yaml:7:10: smoke.acount: is a module that the bundle does not include, expected account",
  ],
  "a smoke test of the platform's": [
    'bundles/x.yaml:7:31: smoke.auth_oidc.menus[0]: is "menu_none", which auth_oidc 18.0.1.1.0 does not define, expected none: there are none yet',
  ],
  "a smoke test of a module that was never read": [
    "bundles/x.yaml:6:3: modules.listed: was only seen in a list of packages, and its dependencies on 18.0 are not known, expected its package to be read: npx odoo-saas module refresh (docs/runbooks/modules.md)",
    "bundles/x.yaml:7:10: smoke.listed: is a module whose objects have not been read, expected npx odoo-saas module refresh to read them (docs/runbooks/modules.md)",
  ],
  "a smoke test beside a platform that is broken": ["bundles/platform.yaml:1:1: is empty, expected a mapping"],
  "a tenant that adds what two of its bundles install": [
    'tenants/beta.yaml:4:18: modules.add[0]: is "db_store", which bundle ya installs, expected only others',
  ],
  "two tenants whose bundles conflict": [
    "tenants/beta.yaml:3:10: bundles: conflicts: redis_store and db_store exclude each other (one store), expected at most one of them",
    "tenants/gamma.yaml:3:10: bundles: conflicts: redis_store and db_store exclude each other (one store), expected at most one of them",
  ],
  "tenants of the same bundles, each of which has modules of its own or none": [
    'tenants/beta.yaml:4:18: modules.add[0]: is "zzz_nowhere_at_all", which no bundle describes, expected a module of a bundle',
    'tenants/omega.yaml:4:21: modules.remove[0]: is "zzz_nowhere_at_all", which the tenant\'s bundles do not install, expected a module that they install',
  ],
  "a tenant of a bundle that conflicts by itself is told of the bundle": [
    "bundles/x.yaml:6:3: modules.redis_store: conflicts: redis_store and db_store exclude each other (one store), expected at most one of them",
  ],
  "a tenant that adds what conflicts, beside a bundle that conflicts by itself": [
    "bundles/x.yaml:6:3: modules.redis_store: conflicts: redis_store and db_store exclude each other (one store), expected at most one of them",
    "tenants/beta.yaml:4:18: modules.add[0]: conflicts: redis_store and db_store exclude each other (one store), expected at most one of them",
  ],
  "a tenant of a bundle with a fault is told of the bundle": [
    'bundles/x.yaml:6:3: modules.needs_gone: needs "gone_for_good", which does not exist for 18.0: needs_gone → gone_for_good, expected a module that is (docs/runbooks/modules.md)',
  ],
  "a tenant that removes what its own bundle cannot do without": [
    'tenants/beta.yaml:4:21: modules.remove[0]: is "tower_c", which bundle x requires, expected another module',
  ],
  "a tenant that removes what is nowhere": [
    'tenants/beta.yaml:4:21: modules.remove[0]: is "zzz_nowhere_at_all", which the tenant\'s bundles do not install, expected a module that they install',
  ],
  "an index that is not there, and a feature's module that is not below": [
    'bundles/x.yaml:4:42: features[0].modules[0]: is "db_stor", which is not below modules, expected db_store',
    "modules/index.json:1:1: is not JSON, expected the generated file (npx odoo-saas module refresh writes it: docs/runbooks/modules.md)",
  ],
};
