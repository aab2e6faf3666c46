import { z } from "zod";
import { day } from "./archive.ts";
import { httpsUrl, singleLine, mapping, oneOf, text } from "./common.ts";

const clause = String.raw`(?:<|<=|>|>=|==)\d[\w.!+]*`;

const vulnerability = mapping({
  id: singleLine("the advisory's id", 60).describe("The advisory's id in its database."),
  aliases: z.array(z.string()).exactOptional().describe("Its ids elsewhere, such as CVE-2024-1234."),
  package: text(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, "a normalised name of a Python package").describe("Normalised name of the package."),
  affected: text(
    new RegExp(`^${clause}(?:,${clause})*(?: \\|\\| ${clause}(?:,${clause})*)*$`),
    'version ranges such as ">=1.0,<1.5 || <0.9"',
  ).describe("Affected versions (PEP 440): alternatives are separated by ||, and all comparisons of an alternative must hold."),
  fixed: z.string().exactOptional().describe("Highest version that fixes it, by the advisory. Absent: it names none."),
  severity: oneOf(["low", "medium", "high", "critical"]).exactOptional().describe("Absent: the advisory does not say."),
  summary: singleLine("what it is", 300).describe("One-sentence summary from the advisory."),
  url: httpsUrl.describe("Where it is described."),
});

/** `modules/vulnerabilities.json`: what is known of the locked Python packages. Written by `npx odoo-saas image vulnerabilities`. */
export const vulnerabilitiesSchema = mapping({
  date: day.describe("Date of the database: it contains nothing that was published later."),
  source: singleLine("the database", 300).describe("The database, its commit and its licence."),
  vulnerabilities: z.array(vulnerability).describe("Advisories of the locked packages, sorted by package and id."),
}).describe("Known vulnerabilities of the Python packages in the image. Generated: npx odoo-saas image vulnerabilities.");

/** A known vulnerability of a package. */
export type Vulnerability = z.output<typeof vulnerability>;

/** The database as it is after parsing. */
export type Vulnerabilities = z.output<typeof vulnerabilitiesSchema>;
