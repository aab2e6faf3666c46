"""Compares the image with what it is to hold; the build fails where it differs.

usage: python3 check.py EXPECTED.json

EXPECTED.json: {"provided": {package: version}, "modules": {module: version}, "timeZones": [name]}. Odoo itself is asked where it finds each module
and whether the Python packages and programs that its manifest names are there, and each module's Python is loaded, after that of the
modules that it depends on. The PostgreSQL client libraries must know what the pods' connections ask for.
"""

import importlib.metadata
import json
import sys

import odoo
import psycopg2.extensions
import pytz
from odoo.modules.module import check_manifest_dependencies, get_manifest, get_module_path, initialize_sys_path

# The first libpq that trusts the system's certificate authorities (sslrootcert=system), which sslmode verify-full needs.
LIBPQ = 16


def load(name, loaded):
    """Loads a module's Python, as Odoo does before it installs it."""
    if name in loaded:
        return
    loaded.add(name)
    for other in get_manifest(name).get("depends", []):
        load(other, loaded)
    __import__("odoo.addons." + name)


def problems(expected):
    for name, version in expected["provided"].items():
        try:
            found = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found = "not there"
        if found != version:
            yield "%s is %s, expected %s: correct it below `provided` in image/image.yaml and lock again" % (name, found, version)
    libpq = psycopg2.extensions.libpq_version() // 10000
    if libpq < LIBPQ:
        yield "libpq is %d, expected %d or later: pods of a stack with sslmode verify-full could not connect" % (libpq, LIBPQ)
    for name in expected["timeZones"]:
        if name not in pytz.all_timezones_set:
            yield "time zone %s is not there, and tenants' files may name it: see npx odoo-saas module odoo-lists" % name
    odoo.tools.config.parse_config([])
    initialize_sys_path()
    loaded = set()
    for name, version in expected["modules"].items():
        if not get_module_path(name, display_warning=False):
            yield "module %s is not found, expected it at %s" % (name, version)
            continue
        manifest = get_manifest(name)
        if manifest["version"] != version:
            yield "module %s is %s, expected %s" % (name, manifest["version"], version)
        try:
            check_manifest_dependencies(manifest)
        except Exception as error:
            yield "module %s: %s" % (name, error)
        try:
            load(name, loaded)
        except Exception as error:
            yield "module %s does not load: %s: %s" % (name, type(error).__name__, error)


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        found = list(problems(json.load(file)))
    for problem in found:
        print(problem, file=sys.stderr)
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
