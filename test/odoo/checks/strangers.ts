import { doorsInDatabase, doorsOutside } from "../../../features/delivery/smoke/doors.ts";
import { signOnPlace } from "../../../features/delivery/smoke/odooSignOn.ts";
import { equal } from "../check.ts";
import type { Check } from "../check.ts";

/** Nobody gets in without the realm: no known password, no sign-up, no other provider, no database manager. */
export const strangers: Check = {
  title: "strangers",
  run: async (walk) => {
    const web = await walk.startWeb();
    try {
      const inside = await doorsInDatabase(async (sql) => await walk.sql(sql));
      const outside = await doorsOutside(signOnPlace(walk.own), () => walk.browser());
      return [...inside, ...outside].map(({ name, open }) => equal(name, open, []));
    } finally {
      await web.stop();
    }
  },
};
