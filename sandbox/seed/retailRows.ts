import { CUSTOMERS, generator, PEOPLE, type Row, type Rows } from "./samples.ts";

/** A product as it is sold: one row of `product_product`. */
interface Item {
  readonly template: number;
  readonly price: number;
  readonly cost: number;
  readonly isStored: boolean;
}

const CATEGORIES = ["All", "Groceries", "Household", "Apparel", "Services"] as const;
const SIZES = ["S", "M", "L"] as const;

/** Prices include tax. */
const PRODUCTS = [
  { name: "Rice 5 kg", category: 2, price: 320, cost: 240 },
  { name: "Coffee 250 g", category: 2, price: 210, cost: 130 },
  { name: "Cooking oil 1 l", category: 2, price: 150, cost: 110 },
  { name: "Dish soap", category: 3, price: 95, cost: 60 },
  { name: "Storage box", category: 3, price: 180, cost: 110 },
  { name: "Umbrella", category: 3, price: 350, cost: 200 },
  { name: "T-shirt", category: 4, price: 299, cost: 120 },
  { name: "Gift wrap", category: 5, price: 25, cost: 0 },
] as const;
/** Template with a variant for each size; its one colour is no variant. */
const T_SHIRT = 7;
const GIFT_WRAP = 8;
/** In stock, and never sold. */
const UNSOLD = 6;

const ITEMS: readonly Item[] = PRODUCTS.flatMap(({ price, cost }, index) => {
  const item = { template: index + 1, price, cost, isStored: index + 1 !== GIFT_WRAP };
  return item.template === T_SHIRT ? SIZES.map(() => item) : [item];
});

const TAX = 0.12;
const UNITS = 1;
const DOZENS = 2;
const PER_UNIT = [1, 12] as const;
const STORES = [
  { name: "Makati", warehouse: 1 },
  { name: "Cebu", warehouse: 2 },
  { name: "Cebu kiosk", warehouse: 2 },
] as const;
const WAREHOUSES = ["Makati", "Cebu"] as const;
const CUSTOMER_LOCATION = 1;
const stockOf = (warehouse: number): number => warehouse + 1;

/** Foreign currency for one of the company's, of orders in it. */
const FOREIGN_RATE = 0.018;
const DAYS = 120;

/**
 * Rows of the tables in `tablesRetail.sql`: three points of sale and two warehouses, of which `tickets` tickets and a twelfth
 * as many sales orders are in the 120 days before `today`.
 */
export function retailRows(tenant: string, tickets: number, today: Date): Rows {
  const { int, pick } = generator(`${tenant} retail`);
  const moment = (daysAgo: number, hour: number, minute = 0): string =>
    new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth(), today.getUTCDate() - daysAgo, hour, minute))
      .toISOString()
      .slice(0, 19)
      .replace("T", " ");
  const made = moment(DAYS + 10, 8);
  const stamps = (at: string) => ({ create_date: at, write_date: at });
  const english = (text: string): Record<string, string> => ({ en_US: text });
  const ids = <T>(items: readonly T[], make: (item: T, id: number) => Row): Row[] =>
    items.map((item, index) => ({ id: index + 1, ...make(item, index + 1) }));
  const itemOf = (product: number): Item => ITEMS[product - 1] ?? { template: 0, price: 0, cost: 0, isStored: false };

  const sessions: Row[] = [];
  const orders: Row[] = [];
  const lines: Row[] = [];
  const sales: Row[] = [];
  const saleLines: Row[] = [];
  const moves: Row[] = [];
  const layers: Row[] = [];
  const onHand = new Map<string, number>();

  const change = (product: number, warehouse: number, quantity: number, at: string, description: string): void => {
    const { cost, isStored } = itemOf(product);
    if (!isStored) return;
    const key = `${product} ${warehouse}`;
    onHand.set(key, (onHand.get(key) ?? 0) + quantity);
    layers.push({
      id: layers.length + 1,
      company_id: 1,
      product_id: product,
      quantity,
      unit_cost: cost,
      value: quantity * cost,
      description,
      create_date: at,
    });
  };

  WAREHOUSES.forEach((_, index) =>
    ITEMS.forEach((_item, product) => {
      change(product + 1, index + 1, int(10, 14) * Math.max(tickets, 10), made, "Receipt");
    }),
  );

  STORES.forEach(({ name }, index) =>
    sessions.push({
      id: index + 1,
      name: `POS/${name}`,
      config_id: index + 1,
      user_id: 2,
      state: "opened",
      start_at: made,
    }),
  );

  const sellable = ITEMS.map((_, index) => index + 1).filter((product) => product !== UNSOLD);
  const addTicket = (
    store: number,
    at: string,
    state: string,
    sold: readonly { product: number; quantity: number; discount: number; refunded?: number; settles?: number }[],
  ): void => {
    const order = orders.length + 1;
    const { warehouse, name } = STORES[store - 1] ?? STORES[0];
    let [total, untaxed] = [0, 0];
    for (const { product, quantity, discount, refunded, settles } of sold) {
      const { price, cost } = itemOf(product);
      const withTax = cents(quantity * price * (1 - discount / 100));
      const amount = cents(withTax / (1 + TAX));
      [total, untaxed] = [total + withTax, untaxed + amount];
      lines.push({
        id: lines.length + 1,
        name: `POS ${lines.length + 1}`,
        order_id: order,
        product_id: product,
        qty: quantity,
        price_unit: price,
        discount,
        price_subtotal: amount,
        price_subtotal_incl: withTax,
        total_cost: quantity * cost,
        is_total_cost_computed: true,
        refunded_orderline_id: refunded ?? null,
        sale_order_line_id: settles ?? null,
        ...stamps(at),
      });
      // What settles a sales order is delivered by that.
      if (COUNTED.includes(state) && settles === undefined) change(product, warehouse, -quantity, at, "Point of sale");
    }
    orders.push({
      id: order,
      name: `${name}/${String(order).padStart(4, "0")}`,
      state,
      session_id: store,
      config_id: store,
      company_id: 1,
      currency_rate: 1,
      date_order: at,
      amount_tax: cents(total - untaxed),
      amount_total: cents(total),
      amount_paid: cents(total),
      amount_return: 0,
      ...stamps(at),
    });
  };

  for (let ticket = 1; ticket <= tickets; ticket++) {
    const at = moment(int(1, DAYS - 1), int(1, 12), int(0, 59));
    const store = int(1, STORES.length);
    const state =
      ticket % 40 === 0 ? "cancel" : ticket % 41 === 0 ? "draft" : pick(["paid", "done", "done", "invoiced"]);
    const sold = Array.from({ length: int(1, 4) }, () => ({
      product: pick([sellable[0] ?? 1, ...sellable]),
      quantity: int(1, 3),
      discount: int(1, 8) === 1 ? 10 : 0,
    }));
    addTicket(store, at, state, sold);
    if (ticket % 16 !== 0 || !COUNTED.includes(state)) continue;
    const [first] = sold;
    if (first === undefined) continue;
    const refunded = lines.length - sold.length + 1;
    addTicket(store, at, "done", [{ ...first, quantity: -first.quantity, refunded }]);
  }

  const addSale = (sale: number): void => {
    const isConfirmed = sale % 5 !== 0;
    const [ordered, delivered] = [int(20, DAYS - 1), int(1, 19)];
    const at = moment(ordered, int(1, 10));
    const warehouse = ((sale - 1) % WAREHOUSES.length) + 1;
    const rate = sale % 4 === 0 ? FOREIGN_RATE : 1;
    sales.push({
      id: sale,
      name: `S${String(sale).padStart(5, "0")}`,
      state: isConfirmed ? "sale" : "draft",
      company_id: 1,
      partner_id: PEOPLE.length + 1 + ((sale - 1) % CUSTOMERS.length) + 1,
      warehouse_id: warehouse,
      currency_rate: rate,
      date_order: at,
      ...stamps(at),
    });
    const add = (line: Row): number => {
      const id = saleLines.length + 1;
      saleLines.push({ id, order_id: sale, discount: 0, price_unit: 0, product_uom_qty: 0, ...stamps(at), ...line });
      return id;
    };
    add({ name: "Goods", display_type: "line_section" });
    const product = sellable[(sale - 1) % (sellable.length - 1)] ?? 1;
    const unit = sale % 3 === 0 ? DOZENS : UNITS;
    const quantity = int(2, 6);
    const pieces = quantity * (PER_UNIT[unit - 1] ?? 1);
    const price = cents((itemOf(product).price / (1 + TAX)) * (PER_UNIT[unit - 1] ?? 1) * rate);
    const line = add({
      name: "Goods",
      product_id: product,
      product_uom: unit,
      product_uom_qty: quantity,
      price_unit: price,
      price_subtotal: cents(price * quantity),
      price_total: cents(price * quantity * (1 + TAX)),
    });
    if (sale === 1)
      add({ name: "Down payment", product_id: GIFT_WRAP_PRODUCT, product_uom: UNITS, is_downpayment: true });
    if (!isConfirmed) return;
    const move = (taken: number, from: number, to: number, moved: string): void => {
      moves.push({
        id: moves.length + 1,
        name: "Goods",
        state: "done",
        date: moved,
        company_id: 1,
        product_id: product,
        product_uom: UNITS,
        quantity: taken,
        product_uom_qty: taken,
        location_id: from,
        location_dest_id: to,
        sale_line_id: line,
      });
      change(product, warehouse, to === CUSTOMER_LOCATION ? -taken : taken, moved, "Delivery");
    };
    move(pieces, stockOf(warehouse), CUSTOMER_LOCATION, moment(ordered, 11));
    if (sale % 6 === 0) move(1, CUSTOMER_LOCATION, stockOf(warehouse), moment(delivered, 9));
    // Collected and paid at a point of sale: a ticket's line, and no second sale.
    if (sale === 1) addTicket(1, moment(ordered, 12), "paid", [{ product, quantity, discount: 0, settles: line }]);
  };
  for (let sale = 1; sale <= Math.max(Math.floor(tickets / 12), 1); sale++) addSale(sale);

  const attributes = [
    { name: "Size", values: SIZES },
    { name: "Colour", values: ["White"] },
  ];
  const values = attributes.flatMap(({ values: names }, index) =>
    names.map((name) => ({ name, attribute: index + 1 })),
  );
  const firstTShirt = ITEMS.findIndex(({ template }) => template === T_SHIRT) + 1;

  return [
    [
      "product_category",
      ids(CATEGORIES, (name, id) => ({
        name,
        complete_name: id === 1 ? name : `All / ${name}`,
        parent_id: id === 1 ? null : 1,
      })),
    ],
    [
      "uom_uom",
      ids(["Units", "Dozens"], (name, id) => ({
        name: english(name),
        factor: 1 / (PER_UNIT[id - 1] ?? 1),
        rounding: 0.01,
        active: true,
      })),
    ],
    [
      "product_template",
      ids(PRODUCTS, ({ name, category, price }, id) => ({
        name: english(name),
        type: id === GIFT_WRAP ? "service" : "consu",
        categ_id: category,
        uom_id: UNITS,
        list_price: price,
        active: true,
        is_storable: id !== GIFT_WRAP,
        lot_valuated: false,
        ...stamps(made),
      })),
    ],
    [
      "product_product",
      ids(ITEMS, ({ template }, id) => ({
        product_tmpl_id: template,
        default_code: `SKU-${String(id).padStart(3, "0")}`,
        barcode: `48000000000${String(id).padStart(2, "0")}`,
        active: true,
        ...stamps(made),
      })),
    ],
    [
      "product_attribute",
      ids(attributes, ({ name }, id) => ({ name: english(name), sequence: id, create_variant: "always" })),
    ],
    [
      "product_attribute_value",
      ids(values, ({ name, attribute }, id) => ({ name: english(name), sequence: id, attribute_id: attribute })),
    ],
    [
      "product_template_attribute_line",
      ids(attributes, (_, id) => ({ product_tmpl_id: T_SHIRT, sequence: id, attribute_id: id })),
    ],
    [
      "product_template_attribute_value",
      ids(values, ({ attribute }, id) => ({
        product_attribute_value_id: id,
        attribute_line_id: attribute,
        ptav_active: true,
      })),
    ],
    [
      "product_variant_combination",
      SIZES.flatMap((_, index) =>
        [index + 1, SIZES.length + 1].map((value) => ({
          product_product_id: firstTShirt + index,
          product_template_attribute_value_id: value,
        })),
      ),
    ],
    [
      "stock_warehouse",
      ids(WAREHOUSES, (name) => ({ name, code: name.slice(0, 3).toUpperCase(), company_id: 1, active: true })),
    ],
    [
      "stock_location",
      [
        { id: CUSTOMER_LOCATION, name: "Customers", usage: "customer", active: true },
        ...WAREHOUSES.map((_, index) => ({
          id: stockOf(index + 1),
          name: "Stock",
          usage: "internal",
          company_id: 1,
          warehouse_id: index + 1,
          active: true,
        })),
      ],
    ],
    [
      "stock_picking_type",
      ids(WAREHOUSES, (_, id) => ({
        name: english("PoS Orders"),
        code: "outgoing",
        warehouse_id: id,
        company_id: 1,
        active: true,
      })),
    ],
    [
      "stock_quant",
      [
        ...[...onHand].map(([key, quantity]) => {
          const [product = 0, warehouse = 0] = key.split(" ").map(Number);
          return { product_id: product, location_id: stockOf(warehouse), quantity, reserved_quantity: 0 };
        }),
        // A customer's own, kept for them: here, and worth nothing to the company.
        {
          product_id: UNSOLD,
          location_id: stockOf(1),
          quantity: 10,
          reserved_quantity: 4,
          owner_id: PEOPLE.length + 2,
        },
      ].map((quant, index) => ({ id: index + 1, company_id: 1, in_date: made, ...quant })),
    ],
    ["stock_valuation_layer", layers],
    [
      "pos_config",
      ids(STORES, ({ name, warehouse }) => ({ name, picking_type_id: warehouse, company_id: 1, active: true })),
    ],
    ["pos_session", sessions],
    ["sale_order", sales],
    ["sale_order_line", saleLines],
    ["stock_move", moves],
    ["pos_order", orders],
    ["pos_order_line", lines],
  ];
}

/** States of tickets that are paid. */
const COUNTED: readonly string[] = ["paid", "done", "invoiced"];
const GIFT_WRAP_PRODUCT = ITEMS.length;

function cents(amount: number): number {
  return Math.round(amount * 100) / 100;
}
