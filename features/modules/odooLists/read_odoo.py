"""Reads what Odoo knows from lists in a checkout, and prints it as one JSON object.

usage: python3 read_odoo.py DIR

DIR is a checkout of Odoo. Nothing of it is run: Python is parsed, data files are read without entities. The names of time zones
are those of the pytz that this Python has.
"""

import ast
import csv
import glob
import json
import os
import sys
from xml.etree import ElementTree

import pytz

# Manifests' category of the modules that Odoo looks for charts in, beside `account` (account/models/ir_module.py).
CHARTS = "Accounting/Localizations/Account Charts"

# In Ubuntu 24.04's package tzdata-legacy, which the image does not have, as Odoo's own list of them; that one forgot these.
RETIRED = {
    "America/Catamarca": "America/Argentina/Catamarca",
    "America/Godthab": "America/Nuuk",
    "Turkey": "Europe/Istanbul",
}


class Checkout:
    def __init__(self, path):
        self.path = path

    def text(self, *parts):
        with open(os.path.join(self.path, *parts), encoding="utf-8") as file:
            return file.read()

    def tree(self, *parts):
        return ast.parse(self.text(*parts))


def assigned(tree, name):
    """The literal that a file assigns to a name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and any(isinstance(to, ast.Name) and to.id == name for to in node.targets):
            return ast.literal_eval(node.value)
    raise ValueError("assigns no %s" % name)


def series(checkout):
    """Odoo's series. What follows the first two numbers is a name of the same file."""
    for node in ast.walk(checkout.tree("odoo", "release.py")):
        if isinstance(node, ast.Assign) and any(isinstance(to, ast.Name) and to.id == "version_info" for to in node.targets):
            return ".".join(str(ast.literal_eval(part)) for part in node.value.elts[:2])
    raise ValueError("odoo/release.py assigns no version_info")


def records(checkout, file, model):
    """External ids and text fields of a data file's records of a model."""
    for record in ElementTree.fromstring(checkout.text("odoo", "addons", "base", "data", file)).iter("record"):
        if record.get("model") == model:
            yield record.get("id"), {field.get("name"): field.text for field in record.iter("field")}


def decorated(function):
    """The chart that a function describes: `@template("code")`, which means its properties and not records of a model."""
    for call in function.decorator_list:
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name) or call.func.id != "template":
            continue
        arguments = [ast.literal_eval(argument) for argument in call.args]
        models = arguments[1:] + [ast.literal_eval(word.value) for word in call.keywords if word.arg == "model"]
        if arguments and models in ([], ["template_data"]):
            return arguments[0]
    return None


def properties(function):
    """What it says of the chart, as far as this needs it. One that is computed says none of that: Odoo's defaults hold."""
    found = {}
    for node in ast.walk(function):
        if not isinstance(node, ast.Return) or not isinstance(node.value, ast.Dict):
            continue
        for key, value in zip(node.value.keys, node.value.values):
            if isinstance(key, ast.Constant) and key.value in ("country", "parent", "sequence", "visible"):
                found[key.value] = ast.literal_eval(value)
    return found


def refused(checkout):
    """Charts that others are built on, and that try_loading refuses to load: the set that it compares the code with."""
    for node in ast.walk(checkout.tree("addons", "account", "models", "chart_template.py")):
        if isinstance(node, ast.FunctionDef) and node.name == "try_loading":
            for inside in ast.walk(node):
                if isinstance(inside, ast.Compare) and isinstance(inside.ops[0], ast.In) and isinstance(inside.comparators[0], ast.Set):
                    return ast.literal_eval(inside.comparators[0])
    return set()


def charts(checkout, countries):
    """Charts by code, a country's in the order in which Odoo tries them."""
    found = []
    never = refused(checkout)
    for manifest in sorted(glob.glob(os.path.join(checkout.path, "addons", "*", "__manifest__.py"))):
        module = os.path.basename(os.path.dirname(manifest))
        if module != "account" and ast.literal_eval(checkout.text("addons", module, "__manifest__.py")).get("category") != CHARTS:
            continue
        for file in sorted(glob.glob(os.path.join(checkout.path, "addons", module, "models", "template_*.py"))):
            for function in ast.walk(checkout.tree("addons", module, "models", os.path.basename(file))):
                code = decorated(function) if isinstance(function, ast.FunctionDef) else None
                if code is None:
                    continue
                said = properties(function)
                # Without a word of it, the code begins with the country's external id; None means that it has none.
                key = None if said.get("country", "") is None else said.get("country") or code.split("_")[0]
                chart = {"module": module}
                if key in countries:
                    chart["country"] = countries[key]
                if "parent" in said:
                    chart["parent"] = said["parent"]
                if not said.get("visible", True) or code in never:
                    chart["base"] = True
                found.append((module, said.get("sequence", 1), code, chart))
    return {code: chart for _, _, code, chart in sorted(found, key=lambda each: each[:3])}


def main():
    checkout = Checkout(sys.argv[1])
    countries = {name: fields["code"].upper() for name, fields in records(checkout, "res_country_data.xml", "res.country")}
    languages = csv.DictReader(checkout.text("odoo", "addons", "base", "data", "res.lang.csv").splitlines())
    retired = {**assigned(checkout.tree("odoo", "_monkeypatches", "pytz.py"), "_tz_mapping"), **RETIRED}
    print(json.dumps({
        "series": series(checkout),
        "countries": sorted(countries.values()),
        "currencies": sorted(fields["name"] for _, fields in records(checkout, "res_currency_data.xml", "res.currency")),
        "languages": sorted(row["code"] for row in languages),
        "timeZones": {
            "pytz": pytz.__version__,
            "names": sorted(set(pytz.all_timezones) - set(retired)),
            "retired": dict(sorted(retired.items())),
        },
        "charts": charts(checkout, countries),
    }))


if __name__ == "__main__":
    main()
