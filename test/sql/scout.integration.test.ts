import assert from "node:assert/strict";
import type pg from "pg";
import { viewNames } from "../../lib/sqlFiles.ts";
import { seedOdoo } from "../../sandbox/seed/index.ts";
import { FINANCE_MODULES, RETAIL_MODULES, SqlFixture } from "../support/sqlFixture.ts";

const MODELS = ["core/v1", "scout/v1"];

describe("reporting model scout/v1", function () {
  this.timeout(120_000);
  let fixture: SqlFixture;

  before(async () => {
    fixture = await SqlFixture.start();
    await fixture.makeTenant(
      "shop",
      ["core/v1", "finance_ppm/v1", "scout/v1"],
      [...RETAIL_MODULES, ...FINANCE_MODULES],
    );
    await fixture.makeTenant("rival", MODELS, RETAIL_MODULES);
  });
  after(() => fixture.stop());

  /** What both sides answer to one question: the copies', and the same asked of Odoo's tables. */
  const both = async (tenant: string, ofCopies: string, ofOdoo: string): Promise<[copies: unknown, odoo: unknown]> => [
    (await fixture.asReader(tenant, (client) => client.query(ofCopies))).rows,
    (await fixture.asOwner(tenant, (client) => client.query(ofOdoo))).rows,
  ];
  const reader = async (tenant: string, sql: string): Promise<unknown[]> =>
    (await fixture.asReader(tenant, (client) => client.query<Record<string, unknown>>(sql))).rows;

  it("has the same columns on both sides, beside finance_ppm/v1", async () => {
    const columns = (schema: string) => async (client: pg.Client) => {
      const { rows } = await client.query<{ name: string; kind: string }>(
        `SELECT table_name || '.' || column_name AS name, data_type AS kind FROM information_schema.columns
         WHERE table_schema = $1 AND table_name <> 'sync_status' ORDER BY 1`,
        [schema],
      );
      return rows.map(({ name, kind }) => `${name} ${kind === "character varying" ? "text" : kind}`);
    };
    const ofTenant = await fixture.asOwner("shop", columns("reporting"));
    assert.deepEqual(await fixture.asReader("shop", columns("tenant_shop")), ofTenant);
    for (const view of viewNames(["scout/v1", "finance_ppm/v1"])) {
      assert.ok(
        ofTenant.some((column) => column.startsWith(`${view}.`)),
        view,
      );
    }
  });

  it("names no customer, cashier or salesperson", async () => {
    const people = await fixture.asOwner("shop", (client) =>
      client.query<{ name: string }>("SELECT name FROM res_partner WHERE id > 1 AND name <> 'Administrator'"),
    );
    for (const view of viewNames(["scout/v1"])) {
      const text = JSON.stringify(await reader("shop", `SELECT * FROM tenant_shop.${view}`));
      assert.ok(text.length > 100, view);
      for (const { name } of people.rows) assert.ok(!text.includes(name), `${view}: ${name}`);
    }
  });

  it("needs Odoo's tables of points of sale, and says which is missing", async () => {
    await fixture.makeDatabase("no-shop");
    await fixture.asOwner("no-shop", (client) => seedOdoo(client, { tenant: "no-shop", modules: ["crm"] }));
    await assert.rejects(
      fixture.create("ReportingViews", "no-shop", fixture.inputs("ReportingViews", "no-shop", MODELS)),
      /Could not make the reporting views of tenant no-shop.*010_stores\.sql.*"public\.pos_config" does not exist/s,
    );
  });

  describe("on sample data", () => {
    it("sells what Odoo's own sales analysis counts, each once", async () => {
      const [copies, odoo] = await both(
        "shop",
        `SELECT channel, product_id, sum(quantity)::float8 AS quantity, sum(amount)::float8 AS amount, count(*)::integer AS lines
         FROM tenant_shop.sales_lines GROUP BY 1, 2 ORDER BY 1, 2`,
        `SELECT 'point_of_sale' AS channel, product_id, sum(qty)::float8 AS quantity, sum(price_subtotal)::float8 AS amount, count(*)::integer AS lines
         FROM pos_order_line l JOIN pos_order o ON o.id = order_id
         WHERE o.state NOT IN ('draft', 'cancel') AND sale_order_line_id IS NULL GROUP BY 2
         UNION ALL
         SELECT 'sales_order', product_id, sum(product_uom_qty * CASE product_uom WHEN 2 THEN 12 ELSE 1 END)::float8,
           sum(round(price_subtotal / currency_rate, 2))::float8, count(*)::integer
         FROM sale_order_line l JOIN sale_order o ON o.id = order_id
         WHERE o.state = 'sale' AND display_type IS NULL AND is_downpayment IS NULL GROUP BY 2
         ORDER BY 1, 2`,
      );
      assert.ok((copies as unknown[]).length > 10);
      assert.deepEqual(copies, odoo);
    });

    it("sums tickets to what they were paid", async () => {
      const [copies, odoo] = await both(
        "shop",
        `SELECT order_ref, amount_with_tax::float8 AS total, is_return FROM tenant_shop.orders WHERE channel = 'point_of_sale' ORDER BY 1`,
        `SELECT name AS order_ref, amount_total::float8 AS total, amount_total < 0 AS is_return FROM pos_order o
         WHERE state NOT IN ('draft', 'cancel')
           AND NOT EXISTS (SELECT FROM pos_order_line l WHERE l.order_id = o.id AND sale_order_line_id IS NOT NULL) ORDER BY 1`,
      );
      assert.ok((copies as unknown[]).length > 100);
      assert.deepEqual(copies, odoo);
    });

    it("has in stock what came in and did not go out, at what it cost", async () => {
      const [copies, odoo] = await both(
        "shop",
        "SELECT product_id, sum(value)::float8 AS value FROM tenant_shop.stock_levels GROUP BY 1 ORDER BY 1",
        "SELECT product_id, sum(value)::float8 AS value FROM stock_valuation_layer GROUP BY 1 ORDER BY 1",
      );
      assert.deepEqual(copies, odoo);
      assert.deepEqual(
        await reader(
          "shop",
          "SELECT product_id, sum(value)::float8 AS value FROM tenant_shop.stock_changes GROUP BY 1 ORDER BY 1",
        ),
        odoo,
      );
    });

    it("finds the item that nobody buys", async () => {
      assert.deepEqual(
        await reader("shop", "SELECT DISTINCT product FROM tenant_shop.item_performance WHERE is_slow"),
        [{ product: "Umbrella" }],
      );
      const [{ sold, returned } = {}] = (await reader(
        "shop",
        "SELECT sum(sold_90)::float8 AS sold, sum(returned_90)::float8 AS returned FROM tenant_shop.item_performance",
      )) as Record<string, number>[];
      assert.ok((sold ?? 0) > 100 && (returned ?? 0) > 0, `${sold} ${returned}`);
    });
  });

  describe("access", () => {
    const VIEWS = viewNames(["scout/v1"]);

    it("is refused to other tenants' readers and to anonymous callers, view by view", async () => {
      for (const view of VIEWS) {
        await assert.rejects(reader("rival", `SELECT FROM tenant_shop.${view}`), { code: "42501" }, view);
        await assert.rejects(reader("rival", `SELECT FROM tenant_shop_data.${view}`), { code: "42501" }, view);
        await assert.rejects(
          fixture.asApi("anon", undefined, (client) => client.query(`SELECT FROM tenant_shop.${view}`)),
          { code: "42501" },
          view,
        );
      }
    });

    it("is each tenant's own rows by the token's claims", async () => {
      const rows = (claims: unknown, view: string) =>
        fixture.asApi("authenticated", JSON.stringify(claims), async (client) => {
          const { rowCount } = await client.query(`SELECT FROM tenant_shop.${view}`);
          return rowCount ?? 0;
        });
      for (const view of VIEWS) {
        assert.ok((await rows({ app_metadata: { tenant: "shop" } }, view)) > 0, view);
        assert.equal(await rows({ app_metadata: { tenant: "rival" } }, view), 0, view);
        assert.equal(await rows({ user_metadata: { tenant: "shop" } }, view), 0, view);
      }
    });

    it("is reading alone", async () => {
      for (const view of VIEWS) {
        await assert.rejects(reader("shop", `DELETE FROM tenant_shop.${view}`), { code: "42501" }, view);
      }
    });
  });

  describe("in numbers that can be added up by hand", () => {
    // A shop in Manila (UTC+8) that keeps its books in pesos.
    before(async () => {
      await fixture.makeDatabase("small");
      await fixture.asOwner("small", async (client) => {
        await seedOdoo(client, { tenant: "small", modules: RETAIL_MODULES, rows: 1 });
        await client.query(`
          TRUNCATE pos_order, pos_order_line, sale_order, sale_order_line, stock_move, stock_quant, stock_valuation_layer CASCADE;
          UPDATE res_partner SET tz = 'Asia/Manila' WHERE id = 1;
          UPDATE res_currency SET name = 'PHP';
          INSERT INTO pos_order (id, name, state, session_id, config_id, company_id, currency_rate, date_order, amount_tax, amount_total, amount_paid, amount_return) VALUES
            (1, 'Makati/0001', 'done',   1, 1, 1, 1,   '2026-03-01 15:59:00', 0, 0, 0, 0),  -- Sunday, 23:59
            (2, 'Makati/0002', 'paid',   1, 1, 1, 1,   '2026-03-01 16:01:00', 0, 0, 0, 0),  -- Monday, 00:01
            (3, 'Cebu/0001',   'paid',   2, 2, 1, 0.5, '2026-03-02 02:00:00', 0, 0, 0, 0),  -- two of ours for one of theirs
            (4, 'Makati/0003', 'draft',  1, 1, 1, 1,   '2026-03-02 02:00:00', 0, 0, 0, 0),
            (5, 'Makati/0004', 'cancel', 1, 1, 1, 1,   '2026-03-02 02:00:00', 0, 0, 0, 0),
            (6, 'Makati/0005', 'paid',   1, 1, 1, 1,   now(), 0, 0, 0, 0);                  -- settles a sales order
          INSERT INTO sale_order (id, name, state, company_id, partner_id, warehouse_id, currency_rate, date_order) VALUES
            (1, 'S1', 'sale', 1, 2, 1, 0.25, '2026-03-05 01:00:00'), (2, 'S2', 'draft', 1, 2, 1, 1, '2026-03-05 01:00:00'),
            (3, 'S3', 'cancel', 1, 2, 1, 1, '2026-03-05 01:00:00'), (4, 'S4', 'sale', 1, 2, 1, 1, now());
          INSERT INTO sale_order_line (id, order_id, name, display_type, product_id, product_uom, product_uom_qty, price_unit, discount, price_subtotal, price_total, is_downpayment) VALUES
            (1, 1, 'Rice',    null,           1, 2,    2, 300, 0,  600, 672, null),  -- two dozen, foreign
            (2, 1, 'Goods',   'line_section', null, null, 0, 0, 0, 0, 0, null),
            (3, 1, 'Advance', null,           10, 1,   0, 100, 0, 0, 0, true),
            (4, 2, 'Rice',    null,           1, 1,    9, 100, 0,  900, 900, null),
            (5, 3, 'Rice',    null,           1, 1,    9, 100, 0,  900, 900, null),
            (6, 4, 'Coffee',  null,           2, 1,    6, 50, 10, 270, 302.4, null);
          INSERT INTO pos_order_line (id, name, order_id, product_id, qty, price_unit, discount, price_subtotal, price_subtotal_incl, total_cost, is_total_cost_computed, refunded_orderline_id, sale_order_line_id) VALUES
            (1, 'a', 1, 1, 2, 112, 0,  200, 224, 150, true,  null, null),
            (2, 'b', 1, 7, 1, 112, 50,  50,  56, 0,   false, null, null),  -- cost not computed yet
            (3, 'c', 2, 1, -1, 112, 0, -100, -112, -75, true, 1, null),    -- the next day by Manila's clock
            (4, 'd', 3, 2, 4, 56, 0,   200, 224, 120, true, null, null),
            (5, 'e', 4, 1, 99, 112, 0, 9900, 9900, 0, true, null, null),
            (6, 'f', 5, 1, 99, 112, 0, 9900, 9900, 0, true, null, null),
            (7, 'g', 6, 2, 6, 50, 10,  270, 302.4, 0, true, null, 6);
          INSERT INTO stock_move (id, name, state, date, company_id, product_id, product_uom, quantity, product_uom_qty, location_id, location_dest_id, sale_line_id) VALUES
            (1, 'out',       'done',   '2026-03-06 01:00:00', 1, 1, 2, 2, 2, 2, 1, 1),
            (2, 'back',      'done',   '2026-03-10 17:00:00', 1, 1, 2, 1, 1, 1, 2, 1),  -- one dozen of the two
            (3, 'cancelled', 'cancel', '2026-03-10 17:00:00', 1, 1, 2, 1, 1, 1, 2, 1);
          INSERT INTO stock_quant (product_id, company_id, location_id, quantity, reserved_quantity, owner_id, in_date) VALUES
            (1, 1, 2, 30, 5, null, now()), (1, 1, 3, 10, 0, null, now()), (1, 1, 2, 7, 0, 12, now()),  -- seven are somebody's
            (1, 1, 1, 1000, 0, null, now()),                                                            -- at customers
            (2, 1, 2, 12, 0, null, now()), (3, 1, 2, 5, 0, null, now());                                -- oil was never valued
          INSERT INTO stock_valuation_layer (company_id, product_id, quantity, value, create_date) VALUES
            (1, 1, 60, 4500, '2026-02-28 15:00:00'), (1, 1, -20, -1500, '2026-02-28 17:00:00'), (1, 1, 0, 400, '2026-02-28 18:00:00'),
            (1, 2, 12, 480, '2026-02-28 15:00:00')`);
      });
      await fixture.create("ReportingViews", "small", fixture.inputs("ReportingViews", "small", MODELS));
      await fixture.create("AnalyticsSchema", "small", fixture.inputs("AnalyticsSchema", "small", MODELS));
    });

    it("sells by day, hour and weekday of the company's time zone, and in its currency", async () => {
      assert.deepEqual(
        await reader(
          "small",
          `SELECT order_ref, sold_on::text, sold_hour, weekday, store, warehouse, lines, quantity::float8, amount::float8,
             amount_with_tax::float8, discount_amount::float8, is_return, currency
           FROM tenant_small.orders WHERE sold_on < '2026-04-01' ORDER BY sold_at`,
        ),
        [
          ["Makati/0001", "2026-03-01", 23, 7, "Makati", "Makati", 2, 3, 250, 280, 56, false, "PHP"],
          ["Makati/0002", "2026-03-02", 0, 1, "Makati", "Makati", 1, -1, -100, -112, 0, true, "PHP"],
          ["Cebu/0001", "2026-03-02", 10, 1, "Cebu", "Cebu", 1, 4, 400, 448, 0, false, "PHP"],
          ["S1", "2026-03-05", 9, 4, "Makati", "Makati", 1, 24, 2400, 2688, 0, false, "PHP"],
        ].map(
          ([
            order_ref,
            sold_on,
            sold_hour,
            weekday,
            store,
            warehouse,
            lines,
            quantity,
            amount,
            amount_with_tax,
            discount_amount,
            is_return,
            currency,
          ]) => ({
            order_ref,
            sold_on,
            sold_hour,
            weekday,
            store,
            warehouse,
            lines,
            quantity,
            amount,
            amount_with_tax,
            discount_amount,
            is_return,
            currency,
          }),
        ),
      );
    });

    it("knows what a line cost once Odoo does, and names variants by what tells them apart", async () => {
      assert.deepEqual(
        await reader(
          "small",
          `SELECT line_key, product, category, cost::float8, is_return FROM tenant_small.sales_lines WHERE sold_on < '2026-04-01' ORDER BY 1`,
        ),
        [
          { line_key: "pos-1", product: "Rice 5 kg", category: "All / Groceries", cost: 150, is_return: false },
          { line_key: "pos-2", product: "T-shirt (S)", category: "All / Apparel", cost: null, is_return: false },
          { line_key: "pos-3", product: "Rice 5 kg", category: "All / Groceries", cost: -75, is_return: true },
          { line_key: "pos-4", product: "Coffee 250 g", category: "All / Groceries", cost: 240, is_return: false },
          { line_key: "sale-1", product: "Rice 5 kg", category: "All / Groceries", cost: null, is_return: false },
        ],
      );
    });

    it("takes back at the till and from deliveries, at the price of the sale", async () => {
      assert.deepEqual(
        await reader(
          "small",
          `SELECT return_key, order_key, returned_on::text, store, quantity::float8, amount::float8, days_since_sale
           FROM tenant_small.returns ORDER BY 1`,
        ),
        [
          {
            return_key: "pos-3",
            order_key: "pos-1",
            returned_on: "2026-03-02",
            store: "Makati",
            quantity: 1,
            amount: 100,
            days_since_sale: 1,
          },
          {
            return_key: "sale-2",
            order_key: "sale-1",
            returned_on: "2026-03-11",
            store: "Makati",
            quantity: 12,
            amount: 1200,
            days_since_sale: 6,
          },
        ],
      );
    });

    it("counts a sales order that is paid at a till once", async () => {
      assert.deepEqual(
        await reader(
          "small",
          "SELECT order_ref, channel, amount::float8 FROM tenant_small.orders WHERE sold_on >= '2026-04-01'",
        ),
        [{ order_ref: "S4", channel: "sales_order", amount: 270 }],
      );
    });

    it("values stock at average cost, by warehouse, without what others own", async () => {
      // 60 at 75, 20 gone at 75, revalued by 400: 40 at 85.
      assert.deepEqual(
        await reader(
          "small",
          `SELECT product, warehouse, quantity::float8, reserved::float8, available::float8, unit_cost::float8, value::float8
           FROM tenant_small.stock_levels ORDER BY 1, 2`,
        ),
        [
          {
            product: "Coffee 250 g",
            warehouse: "Makati",
            quantity: 12,
            reserved: 0,
            available: 12,
            unit_cost: 40,
            value: 480,
          },
          {
            product: "Cooking oil 1 l",
            warehouse: "Makati",
            quantity: 5,
            reserved: 0,
            available: 5,
            unit_cost: null,
            value: 0,
          },
          {
            product: "Rice 5 kg",
            warehouse: "Cebu",
            quantity: 10,
            reserved: 0,
            available: 10,
            unit_cost: 85,
            value: 850,
          },
          {
            product: "Rice 5 kg",
            warehouse: "Makati",
            quantity: 37,
            reserved: 5,
            available: 32,
            unit_cost: 85,
            value: 2550,
          },
        ],
      );
      assert.deepEqual(
        await reader(
          "small",
          `SELECT changed_on::text, quantity_in::float8, quantity_out::float8, value_in::float8, value_out::float8, value::float8
           FROM tenant_small.stock_changes WHERE product = 'Rice 5 kg' ORDER BY 1`,
        ),
        [
          { changed_on: "2026-02-28", quantity_in: 60, quantity_out: 0, value_in: 4500, value_out: 0, value: 4500 },
          { changed_on: "2026-03-01", quantity_in: 0, quantity_out: 20, value_in: 400, value_out: 1500, value: -1100 },
        ],
      );
    });

    it("says how long stock lasts at the pace of 30 days", async () => {
      assert.deepEqual(
        await reader(
          "small",
          `SELECT product, sold_30::float8, daily_sales::float8, on_hand::float8, days_of_cover::float8, is_slow, as_of = last_sold_on AS today
           FROM tenant_small.item_performance WHERE warehouse = 'Makati' AND product IN ('Coffee 250 g', 'Cooking oil 1 l') ORDER BY 1`,
        ),
        [
          {
            product: "Coffee 250 g",
            sold_30: 6,
            daily_sales: 0.2,
            on_hand: 12,
            days_of_cover: 60,
            is_slow: false,
            today: true,
          },
          {
            product: "Cooking oil 1 l",
            sold_30: 0,
            daily_sales: 0,
            on_hand: 5,
            days_of_cover: null,
            is_slow: true,
            today: null,
          },
        ],
      );
    });

    it("does without pos_sale, whose column no view names", async () => {
      await fixture.asOwner("small", (client) =>
        client.query("ALTER TABLE pos_order_line DROP COLUMN sale_order_line_id"),
      );
      const run = await fixture.refresh("small");
      assert.equal(run.error, null);
      assert.equal(run.row_counts?.["orders"], 6);
    });
  });
});
