# Run by `odoo shell` in a database that has the module `base` and nothing else: makes the company what the tenant's file says
# (settings.json), before the modules are installed that look at its country: its localisation comes along, and the chart of
# accounts is the country's. Never run again, so what people change later stays.
import json

import pytz

from odoo import Command

with open("/etc/odoo/settings.json", encoding="utf-8") as file:
    wanted = json.load(file)["company"]


def find(model, field, key):
    record = env[model].with_context(active_test=False).search([(field, "=", wanted[key])], limit=1)
    if not record:
        raise SystemExit(f"company.{key} of the tenant's file is {wanted[key]}, expected one that this Odoo has")
    return record


values = {"name": wanted["name"]}
zones = []
if "country" in wanted:
    country = find("res.country", "code", "country")
    values.update(country_id=country.id, currency_id=country.currency_id.id)
    zones = pytz.country_timezones.get(country.code, [])
if "currency" in wanted:
    values["currency_id"] = find("res.currency", "name", "currency").id
zone = wanted.get("timezone", zones[0] if len(zones) == 1 else False)
if zone and zone not in pytz.all_timezones_set:
    raise SystemExit(f"company.timezone of the tenant's file is {zone}, expected one that this Odoo has")

language = find("res.lang", "code", "language")
if not language.active:
    env["base.language.install"].create({"lang_ids": [Command.set(language.ids)]}).lang_install()

company = env.ref("base.main_company")
company.write(values)
person = {"lang": language.code, "tz": zone}
(company.partner_id | env.ref("base.user_admin").partner_id).write(person)
# For people who are made later, also by single sign-on.
for name, value in person.items():
    if value:
        env["ir.default"].set("res.partner", name, value)
env["ir.config_parameter"].set_param("odoo_saas.company", "set")
env.cr.commit()
print(f"company: {company.name}, {company.country_id.code or 'no country'}, {company.currency_id.name}, {language.code}")
