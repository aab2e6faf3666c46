import { z } from "zod";
import { equal, holds, notLookedAt } from "../check.ts";
import type { Check } from "../check.ts";

/** Model that has the views. */
const MODEL = "scout/v1";

/** What the shell prints: of each thing what it is, what the views say, what Odoo says. */
const compared = z.array(z.tuple([z.string(), z.string(), z.string()]));

/** The views of sales, returns and stock say what Odoo's own reports say. */
export const retail: Check = {
  title: "retail reporting numbers",
  run: async (walk) => {
    if (!walk.spec.analytics.models.includes(MODEL))
      return [notLookedAt(`reporting model ${MODEL}`, "not this tenant's")];
    const results = compared.parse(JSON.parse(await walk.shell(COMPARE)));
    return [
      holds("things compared", results.length > 30, results.length, "more than 30"),
      ...results.map(([what, found, expected]) => equal(what, found, expected)),
    ];
  },
};

/** Sells, takes back and counts, and asks the views and Odoo's reports, in a transaction that is never committed. */
const COMPARE = `
import json
from datetime import datetime, timedelta

import pytz
from odoo.fields import Command

results = []
company = env.company
company.partner_id.tz = "Asia/Manila"
zone = pytz.timezone("Asia/Manila")

def compare(what, found, expected):
    results.append([what, str(found), str(expected)])

def rows(query, *values):
    env.flush_all()
    env.cr.execute(query, values)
    return env.cr.dictfetchall()

def money(value):
    return f"{float(value or 0):.2f}"

category = env["product.category"].create({"name": "Check", "property_cost_method": "average", "property_valuation": "manual_periodic"})
size = env["product.attribute"].create({"name": "Size", "value_ids": [Command.create({"name": name}) for name in ("S", "M")]})
colour = env["product.attribute"].create({"name": "Colour", "value_ids": [Command.create({"name": "White"})]})
dozen = env.ref("uom.product_uom_dozen")

def product(name, price, **values):
    return env["product.product"].create({
        "name": name, "list_price": price, "categ_id": category.id, "is_storable": True, "taxes_id": [Command.clear()], **values,
    })

tea, mug = product("Tea", 10), product("Mug", 25)
shirts = env["product.template"].create({
    "name": "Shirt", "list_price": 40, "categ_id": category.id, "is_storable": True, "taxes_id": [Command.clear()],
    "attribute_line_ids": [
        Command.create({"attribute_id": attribute.id, "value_ids": [Command.set(attribute.value_ids.ids)]}) for attribute in (size, colour)
    ],
}).product_variant_ids
every = tea | mug | shirts
view = {row["product_id"]: row for row in rows("SELECT * FROM reporting.products")}
every_product = env["product.product"].with_context(active_test=False, lang="en_US", display_default_code=False).search([])
compare("products", sorted(view), sorted(every_product.ids))
compare("names of products", {key: row["product"] for key, row in sorted(view.items())},
        {each.id: each.display_name for each in every_product.sorted("id")})

# Stock at two costs: the average counts.
warehouse = env["stock.warehouse"].search([("company_id", "=", company.id)], limit=1)
vendors = env.ref("stock.stock_location_suppliers")
def receive(item, quantity, cost):
    move = env["stock.move"].create({
        "name": "in", "product_id": item.id, "product_uom": item.uom_id.id, "product_uom_qty": quantity, "price_unit": cost,
        "location_id": vendors.id, "location_dest_id": warehouse.lot_stock_id.id,
    })
    move._action_confirm()
    move.write({"quantity": quantity, "picked": True})
    move._action_done()

for item in every:
    receive(item, 100, 4)
    receive(item, 50, 7)

config = env["pos.config"].search([("company_id", "=", company.id)], limit=1) or env["pos.config"].create({"name": "Check"})
session = config.current_session_id or env["pos.session"].create({"config_id": config.id, "user_id": env.uid})
session.state = "opened"
method = config.payment_method_ids[:1]

def pay(order):
    context = {"active_ids": order.ids, "active_id": order.id}
    env["pos.make.payment"].with_context(**context).create({"amount": order.amount_total, "payment_method_id": method.id}).check()
    return order

def ticket(lines, **values):
    commands = [Command.create({
        "name": "line", "product_id": item.id, "price_unit": item.lst_price, "qty": quantity, "discount": discount, "tax_ids": [Command.clear()],
        "price_subtotal": quantity * item.lst_price * (1 - discount / 100), "price_subtotal_incl": quantity * item.lst_price * (1 - discount / 100) * 1.12,
        **more,
    }) for item, quantity, discount, more in lines]
    total = sum(command[2]["price_subtotal"] for command in commands)
    return env["pos.order"].create({
        "session_id": session.id, "company_id": company.id, "lines": commands,
        "amount_tax": 0, "amount_total": total, "amount_paid": 0, "amount_return": 0, **values,
    })

one = pay(ticket([(tea, 3, 0, {}), (mug, 1, 10, {}), (shirts[0], 2, 0, {})]))
two = pay(ticket([(tea, 1, 10, {})], date_order=datetime(2026, 1, 31, 17, 30)))
abroad = pay(ticket([(mug, 4, 0, {})]))
abroad.currency_rate = 0.5
ticket([(mug, 40, 0, {})])  # not paid
refund = env["pos.order"].browse(one.refund()["res_id"])
pay(refund)

partner = env["res.partner"].create({"name": "Check"})
def sale(lines, confirm=True):
    order = env["sale.order"].create({"partner_id": partner.id, "warehouse_id": warehouse.id, "order_line": [Command.create(line) for line in lines]})
    if confirm:
        order.action_confirm()
    return order

sold = sale([
    {"product_id": tea.id, "product_uom": dozen.id, "product_uom_qty": 2, "price_unit": 100, "tax_id": [Command.clear()]},
    {"product_id": mug.id, "product_uom_qty": 5, "price_unit": 20, "discount": 10, "tax_id": [Command.clear()]},
    {"name": "Goods", "display_type": "line_section"},
])
sale([{"product_id": tea.id, "product_uom_qty": 1000}], confirm=False)
for move in sold.picking_ids.move_ids:
    move.write({"quantity": move.product_uom_qty, "picked": True})
sold.picking_ids._action_done()
foreign = sale([{"product_id": shirts[1].id, "product_uom_qty": 3, "price_unit": 50, "tax_id": [Command.clear()]}])
env.flush_all()
env.cr.execute("UPDATE sale_order SET currency_rate = 0.25 WHERE id = %s", [foreign.id])
env.invalidate_all()

# Of two dozen, eight come back.
picking = sold.picking_ids[:1]
returning = env["stock.return.picking"].with_context(active_id=picking.id, active_ids=picking.ids, active_model="stock.picking").create({})
for line in returning.product_return_moves:
    line.quantity = 8 if line.product_id == tea else 0
back = env["stock.picking"].browse(returning.action_create_returns()["res_id"]) if hasattr(returning, "action_create_returns") else returning._create_return()
for move in back.move_ids:
    move.write({"quantity": move.product_uom_qty, "picked": True})
back._action_done()

# A sales order that is settled at the till: one sale.
collected = sale([{"product_id": mug.id, "product_uom_qty": 2, "price_unit": 25, "tax_id": [Command.clear()]}])
settles = "sale_order_line_id" in env["pos.order.line"]._fields
if settles:
    pay(ticket([(mug, 2, 0, {"sale_order_line_id": collected.order_line.id, "sale_order_origin_id": collected.id})]))
env.flush_all()
env.invalidate_all()

mine = [("company_id", "=", company.id)]
def grouped(model, by, fields, domain):
    return {group[0].id: group[1:] for group in env[model]._read_group(domain, [by], [f"{field}:sum" for field in fields])}

# Points of sale.
tills = [("state", "in", ["paid", "done", "invoiced"])] + mine
unsettled = env["pos.order.line"].search([("sale_order_line_id", "=", False)]).ids if settles else env["pos.order.line"].search([]).ids
for what, by, column in (("product", "product_id", "product_id"), ("category", "product_categ_id", "category_id")):
    found = {row["key"]: row for row in rows(f"""
        SELECT {column} AS key, sum(quantity) AS quantity, sum(amount) AS amount, sum(amount_with_tax) AS with_tax, sum(discount_amount) AS discount
        FROM reporting.sales_lines WHERE channel = 'point_of_sale' AND company_id = %s GROUP BY 1""", company.id)}
    asked = grouped("report.pos.order", by, ["product_qty", "price_subtotal_excl", "price_total", "total_discount"], tills + [("id", "in", unsettled)])
    compare(f"points of sale by {what}: which", sorted(found), sorted(asked))
    for key, (quantity, amount, with_tax, discount) in sorted(asked.items()):
        row = found.get(key, {})
        compare(f"points of sale, {what} {key}: quantity, sales, with tax, discounts",
                [money(row.get(name)) for name in ("quantity", "amount", "with_tax", "discount")],
                [money(value) for value in (quantity, amount, with_tax, discount)])
by_config = {row["store_key"]: row for row in rows(
    "SELECT store_key, sum(amount) AS amount, count(*) AS orders FROM reporting.orders WHERE channel = 'point_of_sale' AND company_id = %s GROUP BY 1", company.id)}
for key, (amount,) in grouped("report.pos.order", "config_id", ["price_subtotal_excl"], tills + [("id", "in", unsettled)]).items():
    lines = env["pos.order.line"].browse(unsettled).filtered(lambda line: line.order_id.config_id.id == key and line.order_id.state in ("paid", "done", "invoiced"))
    row = by_config.get(f"pos-{key}", {})
    compare(f"point of sale {key}: sales and tickets", [money(row.get("amount")), row.get("orders")], [money(amount), len(lines.order_id)])

# Sales orders; pos_sale adds the points of sale to Odoo's own report.
asked = grouped("sale.report", "product_id", ["product_uom_qty", "price_subtotal", "price_total"],
                mine + [("state", "=", "sale"), ("product_id", "!=", False), ("order_reference", "=like", "sale.order%")])
found = {row["product_id"]: row for row in rows("""
    SELECT product_id, sum(quantity) AS quantity, sum(amount) AS amount, sum(amount_with_tax) AS with_tax
    FROM reporting.sales_lines WHERE channel = 'sales_order' AND company_id = %s GROUP BY 1""", company.id)}
compare("sales orders: products", sorted(found), sorted(asked))
for key, values in sorted(asked.items()):
    row = found.get(key, {})
    compare(f"sales orders, product {key}: quantity, sales, with tax",
            [money(row.get(name)) for name in ("quantity", "amount", "with_tax")], [money(value) for value in values])
[row] = rows("SELECT count(*) AS orders FROM reporting.orders WHERE channel = 'sales_order' AND company_id = %s", company.id)
compare("sales orders", row["orders"], env["sale.order"].search_count(mine + [("state", "=", "sale"), ("order_line.product_id", "!=", False)]))

# Moments: Manila is eight hours ahead.
[row] = rows("SELECT sold_on, sold_hour, weekday FROM reporting.orders WHERE order_key = %s", f"pos-{two.id}")
local = pytz.utc.localize(two.date_order).astimezone(zone)
compare("when a ticket was paid", [str(row["sold_on"]), row["sold_hour"], row["weekday"]], [str(local.date()), local.hour, local.isoweekday()])

# Baskets and returns.
[row] = rows("SELECT is_return, has_return, lines, quantity FROM reporting.orders WHERE order_key = %s", f"pos-{refund.id}")
compare("a refund", [row["is_return"], row["has_return"], row["lines"], money(row["quantity"])], [True, True, 3, money(-6)])
taken = rows("SELECT * FROM reporting.returns WHERE return_key IN %s ORDER BY return_key", tuple(f"pos-{line.id}" for line in refund.lines))
compare("what a refund took back", [money(sum(each["quantity"] for each in taken)), money(sum(each["amount"] for each in taken)), {each["order_key"] for each in taken}],
        [money(6), money(-sum(refund.lines.mapped("price_subtotal"))), {f"pos-{one.id}"}])
[row] = rows("SELECT quantity, amount, order_key FROM reporting.returns WHERE channel = 'sales_order' AND product_id = %s", tea.id)
compare("what was delivered back", [money(row["quantity"]), money(row["amount"]), row["order_key"]], [money(8 * (12 if back.move_ids.filtered(lambda move: move.product_id == tea).product_uom == dozen else 1)),
        money(8 * (12 if back.move_ids.filtered(lambda move: move.product_id == tea).product_uom == dozen else 1) * 200 / 24), f"sale-{sold.id}"])

# Stock.
def by_product(field):
    quants = env["stock.quant"].search(mine + [("location_id.usage", "in", ["internal", "transit"])])
    return {item.id: sum(quants.filtered(lambda quant: quant.product_id == item).mapped(field)) for item in quants.product_id}
found = {row["product_id"]: row for row in rows("""
    SELECT product_id, sum(quantity) AS quantity, sum(reserved) AS reserved, sum(value) AS value FROM reporting.stock_levels WHERE company_id = %s GROUP BY 1""", company.id)}
values, quantities, reserved = by_product("value"), by_product("quantity"), by_product("reserved_quantity")
for item in every:
    row = found.get(item.id, {})
    compare(f"stock of product {item.id}: quantity, reserved, value", [money(row.get(name)) for name in ("quantity", "reserved", "value")],
            [money(quantities.get(item.id)), money(reserved.get(item.id)), money(values.get(item.id))])
    compare(f"stock of product {item.id}: on hand", money(row.get("quantity")), money(item.with_company(company).qty_available))
compare("value of all stock", money(sum(row["value"] for row in found.values())), money(sum(values.values())))
found = {row["product_id"]: row for row in rows("SELECT product_id, sum(value) AS value, sum(quantity) AS quantity FROM reporting.stock_changes WHERE company_id = %s GROUP BY 1", company.id)}
for key, (value, quantity) in grouped("stock.valuation.layer", "product_id", ["value", "quantity"], mine).items():
    compare(f"changes of stock of product {key}: value, quantity", [money(found[key]["value"]), money(found[key]["quantity"])], [money(value), money(quantity)])

# Items.
[row] = rows("SELECT * FROM reporting.item_performance WHERE product_id = %s AND warehouse_id = %s", mug.id, warehouse.id)
recent = 1 + 4 - 1 + 5 + 2
compare("an item: sold in 30 days, in stock, cover", [money(row["sold_30"]), money(row["on_hand"]), str(row["days_of_cover"]), row["is_slow"]],
        [money(recent), money(mug.qty_available), str(round(mug.qty_available * 30 / recent, 1)), False])
tell(json.dumps(results))
env.cr.rollback()
`;
