import assert from "node:assert/strict";
import { Decimal } from "decimal.js";
import fc from "fast-check";
import { describe, it } from "mocha";
import { calculateMonth, projected } from "../../features/billing/calculate.ts";
import type { MonthInput, PlanDay, Readings } from "../../features/billing/calculate.ts";
import { addMonths, dayIn, daysOf, monthFrom } from "../../features/billing/calendar.ts";
import { eventDigest, eventId, gibOf } from "../../features/billing/meters.ts";
import type { MeterEvent } from "../../features/billing/meters.ts";
import { fromCoins, prorate, rounded, toCoins } from "../../features/billing/prorate.ts";
import { assertSums, totalsOf } from "../../features/billing/totals.ts";
import { COMPANIES, PRICES } from "./support/month.ts";

const active = (plan: string): PlanDay => ({ plan, lifecycle: "active" });

/** Readings of a tenant whose plan on each day a function says. */
function readingsOf(month: string, planOn: (day: string) => PlanDay | undefined, gib?: string): Readings {
  const days = daysOf(month);
  return {
    tenant: "acme",
    environment: "prod",
    plans: new Map(
      days.flatMap((day): [string, PlanDay][] => {
        const plan = planOn(day);
        return plan === undefined ? [] : [[day, plan]];
      }),
    ),
    usage: new Map([["database_gib", new Map(gib === undefined ? [] : days.map((day) => [day, gib]))]]),
  };
}

function inputOf(month: string, readings: readonly Readings[], changes: Partial<MonthInput> = {}): MonthInput {
  return {
    month,
    until: daysOf(month).at(-1) ?? "",
    companies: COMPANIES,
    prices: new Map([["PHP", PRICES]]),
    payers: new Map([["acme", { company: "acme", costCentre: "finance" }]]),
    readings,
    ...changes,
  };
}

const linesOf = (input: MonthInput) =>
  calculateMonth(input).documents.flatMap(({ lines }) =>
    lines.map(({ from, to, meter, plan, quantity, amount }) => [
      from.slice(8),
      to.slice(8),
      meter,
      plan,
      quantity,
      amount,
    ]),
  );

describe("the parts of a month", () => {
  it("come to the month for every split at every price", () => {
    const split = fc
      .tuple(
        fc.integer({ min: 28, max: 31 }),
        fc.array(fc.integer({ min: 1, max: 31 }), { minLength: 1, maxLength: 31 }),
      )
      .map(([length, cuts]) => {
        const edges = [...new Set([0, length, ...cuts.filter((cut) => cut < length)])].sort((a, b) => a - b);
        return { length, days: edges.slice(1).map((edge, index) => edge - (edges[index] ?? 0)) };
      });
    fc.assert(
      fc.property(split, fc.bigInt({ min: 0n, max: 10n ** 12n }), ({ length, days }, price) => {
        const amounts = prorate(
          days.map((each) => ({ price, days: each })),
          length,
        );
        assert.equal(
          amounts.reduce((all, each) => all + each, 0n),
          price,
        );
        // No part is more than a coin away from its exact share.
        amounts.forEach((amount, index) => {
          const distance = amount * BigInt(length) - price * BigInt(days[index] ?? 0);
          assert.ok(distance < BigInt(length) && distance > -BigInt(length));
        });
      }),
    );
  });

  it("of several prices come to their exact sum, rounded once", () => {
    const part = fc.record({ price: fc.bigInt({ min: 0n, max: 10n ** 9n }), days: fc.integer({ min: 0, max: 10 }) });
    fc.assert(
      fc.property(fc.array(part, { maxLength: 3 }), (parts) => {
        const exact = parts.reduce(
          (all, { price, days }) => all.plus(new Decimal(price.toString()).times(days)),
          new Decimal(0),
        );
        const sum = prorate(parts, 31).reduce((all, each) => all + each, 0n);
        assert.equal(sum.toString(), rounded(exact.div(31), 0));
      }),
    );
  });

  it("give what is left to the largest remainders", () => {
    assert.deepEqual(
      prorate(
        [
          { price: 100n, days: 10 },
          { price: 100n, days: 20 },
        ],
        30,
      ),
      [33n, 67n],
    );
    assert.deepEqual(
      prorate(
        [
          { price: 1n, days: 15 },
          { price: 1n, days: 15 },
        ],
        30,
      ),
      [1n, 0n],
    );
  });
});

describe("money", () => {
  it("keeps its digits, with two, none and three of them", () => {
    assert.equal(toCoins("22600.00", 2), 2_260_000n);
    assert.equal(fromCoins(2_260_001n, 2), "22600.01");
    assert.equal(fromCoins(toCoins("980", 0), 0), "980");
    assert.equal(fromCoins(5n, 3), "0.005");
  });

  it("has tax by category on the sum, not by line", () => {
    const tax = { category: "S" as const, percent: "25" };
    const { taxes, totals } = totalsOf(
      [1, 2, 3].map(() => ({ amount: "99.99", tax })),
      "PHP",
    );
    assert.deepEqual(taxes, [{ ...tax, taxable: "299.97", amount: "74.99" }]);
    assert.deepEqual(totals, {
      lines: "299.97",
      taxExclusive: "299.97",
      tax: "74.99",
      taxInclusive: "374.96",
      payable: "374.96",
    });
  });

  it("is whole where the currency has no smaller coin", () => {
    const tax = { category: "S" as const, percent: "10" };
    assert.equal(totalsOf([{ amount: "105", tax }], "JPY").totals.tax, "11");
  });
});

describe("a month", () => {
  it("has the price of the plan, whole", () => {
    for (const month of ["2026-02", "2028-02", "2026-04", "2026-12"]) {
      const [line, ...more] = linesOf(inputOf(month, [readingsOf(month, () => active("small"), "5")]));
      assert.deepEqual(line?.slice(2), ["plan", "small", String(daysOf(month).length), "8700.00"]);
      assert.deepEqual(more, []);
    }
  });

  it("is split where the plan changes, from the day that it was deployed", () => {
    const readings = readingsOf("2026-11", (day) => active(day < "2026-11-11" ? "small" : "standard"), "5");
    assert.deepEqual(linesOf(inputOf("2026-11", [readings])), [
      ["01", "10", "plan", "small", "10", "2900.00"],
      ["11", "30", "plan", "standard", "20", "15066.67"],
    ]);
    assert.deepEqual(
      calculateMonth(inputOf("2026-11", [readings])).changes.map(({ day, from, to, priceBefore, priceAfter }) =>
        [day, from, to, priceBefore, priceAfter].join(" "),
      ),
      ["2026-11-01  small 0 8700.00", "2026-11-11 small standard 8700.00 22600.00"],
    );
  });

  it("costs what a paused tenant costs while it is paused or being decommissioned", () => {
    const readings = readingsOf("2026-11", (day) => ({
      plan: "small",
      lifecycle: day < "2026-11-16" ? "active" : day < "2026-11-26" ? "paused" : "decommissioning",
    }));
    assert.deepEqual(linesOf(inputOf("2026-11", [readings])), [
      ["01", "15", "plan", "small", "15", "4350.00"],
      ["16", "30", "plan", "small", "15", "1100.00"],
    ]);
  });

  it("ends with the tenant: nothing is charged, and nothing is missing after it", () => {
    const readings = readingsOf("2026-11", (day) =>
      day < "2026-11-16" ? active("small") : day === "2026-11-16" ? { plan: "", lifecycle: "absent" } : undefined,
    );
    const { documents, holes } = calculateMonth(inputOf("2026-11", [readings]));
    assert.deepEqual(
      documents[0]?.lines.map(({ to, amount }) => [to, amount]),
      [["2026-11-15", "4350.00"]],
    );
    assert.deepEqual(
      holes.filter(({ meter }) => meter === "plan"),
      [],
    );
  });

  it("charges units above what is included, by the day", () => {
    const over = readingsOf("2026-11", (day) => active(day < "2026-11-11" ? "small" : "standard"), "7.5");
    const line = linesOf(inputOf("2026-11", [over])).find(([, , meter]) => meter === "database_gib");
    // 2.5 GiB on 30 days at 120.00 per month.
    assert.deepEqual(line?.slice(4), ["75", "300.00"]);
  });

  it("shows a day without an event as a hole, and charges nothing for it", () => {
    const gap = readingsOf("2026-11", (day) => (day === "2026-11-10" ? undefined : active("small")));
    const { documents, holes } = calculateMonth(inputOf("2026-11", [gap], { until: "2026-11-20" }));
    assert.deepEqual(
      documents[0]?.lines.map(({ quantity, amount }) => [quantity, amount]),
      [
        ["9", "2610.00"],
        ["20", "5800.00"],
      ],
    );
    assert.deepEqual(
      holes.map(({ meter, days }) => [meter, days.length]),
      [
        ["plan", 1],
        ["database_gib", 19],
      ],
    );
  });

  for (const [what, changes, reason] of [
    ["a payer", { payers: new Map() }, /names no company/],
    [
      "a company that there is",
      { payers: new Map([["acme", { company: "initech", costCentre: "it" }]]) },
      /initech is not in/,
    ],
    ["prices", { prices: new Map() }, /plan small has no price on 2026-11-01 in prices\/PHP\.yaml/],
  ] as const) {
    it(`charges nobody without ${what}`, () => {
      const { documents, notBillable } = calculateMonth(
        inputOf("2026-11", [readingsOf("2026-11", () => active("small"))], changes),
      );
      assert.deepEqual(documents, []);
      assert.match(notBillable[0]?.reason ?? "", reason);
    });
  }

  it("takes a price from the day on which it holds, and taxes each rate apart", () => {
    const [list] = PRICES;
    assert.ok(list !== undefined);
    const later = { ...list, validFrom: "2026-11-21", tax: { category: "Z" as const, percent: "0" } };
    const input = inputOf("2026-11", [readingsOf("2026-11", () => active("small"), "5")], {
      prices: new Map([["PHP", [list, later]]]),
    });
    assert.deepEqual(
      linesOf(input).map(([from, , , , , amount]) => [from, amount]),
      [
        ["01", "5800.00"],
        ["21", "2900.00"],
      ],
    );
    assert.deepEqual(
      calculateMonth(input).documents[0]?.taxes.map(({ category, taxable, amount }) => [category, taxable, amount]),
      [
        ["S", "5800.00", "696.00"],
        ["Z", "2900.00", "0.00"],
      ],
    );
  });

  it("that is not over is forecast as if the last day went on", () => {
    const half = readingsOf("2026-11", (day) => (day <= "2026-11-10" ? active("small") : undefined));
    assert.deepEqual(linesOf(inputOf("2026-11", projected([half], "2026-11"))), [
      ["01", "30", "plan", "small", "30", "8700.00"],
    ]);
  });

  it("always has the sums that EN 16931 demands, and the same result for the same input", () => {
    const plan = fc.constantFrom<PlanDay | undefined>(
      active("small"),
      active("standard"),
      { plan: "small", lifecycle: "paused" },
      { plan: "", lifecycle: "absent" },
      undefined,
    );
    const month = fc.constantFrom("2026-02", "2028-02", "2026-11", "2026-12");
    fc.assert(
      fc.property(
        month,
        fc.array(plan, { minLength: 31, maxLength: 31 }),
        fc.integer({ min: 0, max: 99_999 }),
        (of, plans, size) => {
          const readings = readingsOf(of, (day) => plans[Number(day.slice(8)) - 1], String(size / 1000));
          const input = inputOf(of, [readings]);
          const result = calculateMonth(input);
          for (const document of result.documents) assertSums(document);
          assert.deepEqual(calculateMonth(input), result);
        },
      ),
      { numRuns: 200 },
    );
  });

  it("whose sums are changed is found out", () => {
    const [document] = calculateMonth(inputOf("2026-11", [readingsOf("2026-11", () => active("small"))])).documents;
    assert.ok(document !== undefined);
    assertSums(document);
    for (const [key, rule] of [
      ["lines", "BR-CO-10"],
      ["taxExclusive", "BR-CO-13"],
      ["tax", "BR-CO-14"],
      ["taxInclusive", "BR-CO-15"],
      ["payable", "BR-CO-16"],
    ] as const) {
      const totals = { ...document.totals, [key]: "0.01" };
      assert.throws(() => assertSums({ ...document, totals }), new RegExp(rule));
    }
    const taxes = document.taxes.map((tax) => ({ ...tax, amount: new Decimal(tax.amount).plus("0.01").toFixed(2) }));
    const totals = totalsOf(document.lines, "PHP").totals;
    const tax = taxes[0]?.amount ?? "";
    const gross = new Decimal(totals.lines).plus(tax).toFixed(2);
    assert.throws(
      () => assertSums({ ...document, taxes, totals: { ...totals, tax, taxInclusive: gross, payable: gross } }),
      /BR-CO-17/,
    );
  });
});

describe("days and events", () => {
  it("are of the supplier's time zone, with leap days", () => {
    assert.equal(dayIn("Asia/Manila", new Date("2026-11-30T15:59:59Z")), "2026-11-30");
    assert.equal(dayIn("Asia/Manila", new Date("2026-11-30T16:00:00Z")), "2026-12-01");
    assert.equal(daysOf("2028-02").at(-1), "2028-02-29");
    assert.equal(addMonths("2026-12", 1), "2027-01");
    assert.equal(addMonths("2027-01", -1), "2026-12");
    assert.throws(() => monthFrom("2026-13"), /is not a month/);
  });

  it("have the same id for the same reading, and a digest that a change changes", () => {
    const event: MeterEvent = {
      ...{ source: "postgresql:prod", tenant: "acme", environment: "prod", day: "2026-11-01" },
      ...{ meter: "database_gib", value: "4.000" },
    };
    assert.equal(eventId(event), "acme/prod/database_gib/2026-11-01");
    assert.notEqual(eventDigest(event), eventDigest({ ...event, value: "4.001" }));
    assert.equal(gibOf(5 * 2 ** 30 + 2 ** 29), "5.500");
    assert.equal(gibOf(0), "0.000");
  });
});
