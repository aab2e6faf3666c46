import { Option } from "@commander-js/extra-typings";

/** Where restic's repositories are. */
export const repositoryOption = () =>
  new Option(
    "--repository <folder>",
    "folder with one repository per tenant, also restic's s3:https://…; default: ODOO_SAAS_BACKUPS, else the stack's object store",
  );

/** Where Odoo's files are. */
export const dataOption = () =>
  new Option("--data <folder>", "Odoo's data folder, with filestore/<database> in it; default: ODOO_SAAS_DATA");
