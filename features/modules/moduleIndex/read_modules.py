"""Reads Odoo modules where they lie and prints one JSON object a line for each.

usage: python3 read_modules.py PATH...

A path is a wheel of a module or a folder that holds module folders. Nothing of a module is run: manifests are evaluated as
literals, Python is parsed, XML is read without entities. What cannot be read is a line {"path": …, "error": …}.
"""

import ast
import email.parser
import json
import os
import re
import sys
import zipfile
from xml.etree import ElementTree

SKIPPED = re.compile(r"(^|/)(tests|migrations|static|i18n|demo)/")


class Folder:
    """A module's files in a folder of a source tree."""

    def __init__(self, path):
        self.path, self.name, self.package = path, os.path.basename(path), {}

    def files(self):
        for base, _, names in os.walk(self.path):
            for name in names:
                yield os.path.relpath(os.path.join(base, name), self.path)

    def read(self, file):
        with open(os.path.join(self.path, file), "rb") as stream:
            return stream.read()


class Wheel:
    """A module's files in a published package."""

    def __init__(self, path):
        self.zip = zipfile.ZipFile(path)
        found = [re.fullmatch(r"odoo/addons/([^/]+)/__manifest__\.py", name) for name in self.zip.namelist()]
        manifests = [match for match in found if match]
        if len(manifests) != 1:
            raise ValueError("has %d manifests below odoo/addons" % len(manifests))
        self.name = manifests[0].group(1)
        self.prefix = "odoo/addons/%s/" % self.name
        metadata = [name for name in self.zip.namelist() if re.fullmatch(r"[^/]+\.dist-info/METADATA", name)]
        head = email.parser.BytesParser().parsebytes(self.zip.read(metadata[0]), headersonly=True)
        requires = [re.sub(r"\s+", "", value) for value in head.get_all("Requires-Dist", [])]
        self.package = {
            "package": {"name": re.sub(r"[-_.]+", "-", head["Name"]).lower(), "version": head["Version"]},
            "requirements": sorted(value for value in requires if not re.match(r"odoo([-_.]addon[-_.]|[<>=!~;]|$)", value, re.I)),
            "built": "%04d-%02d-%02d" % self.zip.getinfo(metadata[0]).date_time[:3],
        }
        if head["Home-page"]:
            self.package["website"] = head["Home-page"]

    def files(self):
        return [name[len(self.prefix):] for name in self.zip.namelist() if name.startswith(self.prefix)]

    def read(self, file):
        return self.zip.read(self.prefix + file)


def constant(node):
    return node.value if isinstance(node, ast.Constant) else None


def class_fields(node):
    fields = {}
    for item in node.body:
        if isinstance(item, ast.Assign) and len(item.targets) == 1 and isinstance(item.targets[0], ast.Name):
            fields[item.targets[0].id] = item.value
    return fields


def models_of(source):
    """Names of the stored models that a file defines: those with a table or view, not what only extends another's."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.ClassDef):
            continue
        if not any(isinstance(base, ast.Attribute) and base.attr == "Model" for base in node.bases):
            continue
        fields = class_fields(node)
        name = constant(fields.get("_name"))
        inherit = fields.get("_inherit")
        inherited = [constant(inherit)] if not isinstance(inherit, (ast.List, ast.Tuple)) else map(constant, inherit.elts)
        if name and name not in list(inherited) and constant(fields.get("_abstract")) is not True:
            yield name


def records_of(module, source):
    """Menus and reports that a data file defines, by kind, and the ids that it deletes."""
    found = {"menus": [], "reports": [], "deleted": []}
    for element in ElementTree.fromstring(source).iter():
        kind = {
            "menuitem": "menus",
            "delete": "deleted",
            "record": {"ir.ui.menu": "menus", "ir.actions.report": "reports"}.get(element.get("model")),
        }.get(element.tag)
        name = element.get("id", "")
        if name.startswith(module + "."):
            name = name[len(module) + 1:]
        if kind and name and "." not in name:
            found[kind].append(name)
    return found


def objects_of(module, manifest):
    objects = {"menus": set(), "models": set(), "reports": set(), "deleted": set()}
    files = set(module.files())
    for file in files:
        if file.endswith(".py") and not SKIPPED.search(file) and not file.startswith("__"):
            objects["models"].update(models_of(module.read(file)))
    for file in manifest.get("data", []):
        if file.endswith(".xml") and file in files:
            for kind, names in records_of(module.name, module.read(file)).items():
                objects[kind].update(names)
    deleted = objects.pop("deleted")
    return {kind: sorted(names - deleted) for kind, names in objects.items()}


def facts_of(module):
    manifest = ast.literal_eval(module.read("__manifest__.py").decode("utf-8"))
    external = manifest.get("external_dependencies", {})
    return {
        "name": module.name,
        "title": manifest.get("name", module.name),
        "summary": " ".join(manifest.get("summary", "").split()),
        "version": manifest.get("version", "1.0"),
        "depends": sorted(set(manifest.get("depends", []))),
        "python": sorted(set(external.get("python", []))),
        "bin": sorted(set(external.get("bin", []))),
        "licence": manifest.get("license", "LGPL-3"),
        "installable": manifest.get("installable", True),
        "autoInstall": manifest.get("auto_install", False),
        "countries": manifest.get("countries", []),
        "application": manifest.get("application", False),
        "website": manifest.get("website", ""),
        "objects": objects_of(module, manifest),
        **module.package,
    }


def modules_in(path):
    if os.path.isdir(path):
        for name in sorted(os.listdir(path)):
            if os.path.isfile(os.path.join(path, name, "__manifest__.py")):
                yield lambda name=name: Folder(os.path.join(path, name))
    else:
        yield lambda: Wheel(path)


def main():
    for path in sys.argv[1:]:
        for module in modules_in(path):
            try:
                print(json.dumps(facts_of(module())))
            except Exception as error:
                print(json.dumps({"path": path, "error": "%s: %s" % (type(error).__name__, error)}))


if __name__ == "__main__":
    main()
