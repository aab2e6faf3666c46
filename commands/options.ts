import { Option } from "@commander-js/extra-typings";
import { PROJECT_ROOT } from "../lib/projectRoot.ts";

/** The folder that a command works on. @param content what it holds */
export const rootOption = (content: string) =>
  new Option("--root <folder>", `folder that holds ${content}`).default(PROJECT_ROOT, "this project");

/** A report for programs. */
export const jsonOption = () => new Option("--json", "print the report as JSON").conflicts("markdown");

/** A report for a pull request. */
export const markdownOption = () => new Option("--markdown", "print the report as Markdown, for a pull request");
