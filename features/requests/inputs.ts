import { readFileSync } from "node:fs";
import { readApprovers } from "../../config/approvers.ts";
import { readRequesters } from "../../config/requesters.ts";
import type { Requesters } from "../../config/schemas/requesters.ts";
import { RequestRefusal } from "./refusal.ts";
import { readRequest } from "./request.ts";
import type { Action, Request } from "./request.ts";

/** People whom a repository names. */
export interface People {
  readonly approvers: readonly string[];
  readonly requesters: Requesters;
}

/**
 * Reads who may approve requests and who may make them.
 *
 * @param root a clone of the repository
 * @throws RequestRefusal with everything that is wrong in the two files
 */
export function readPeople(root: string): People {
  return { approvers: approversOf(root), requesters: requestersOf(root) };
}

/**
 * Reads and checks a request.
 *
 * @param file path of its JSON; `-` is standard input
 * @param root a clone of the repository, which names who may approve
 * @returns the request and its text
 * @throws RequestRefusal
 */
export function readRequestFile(
  action: Action,
  file: string,
  root: string,
): { readonly request: Request; readonly text: string } {
  const text = readText(file === "-" ? 0 : file, `${file} cannot be read, expected a request as JSON`);
  const read = readRequest(action, file === "-" ? "request.json" : file, text, approversOf(root));
  if ("diagnostics" in read) throw RequestRefusal.of(read.diagnostics);
  return { request: read.request, text };
}

/**
 * Reads the private key of a requester.
 *
 * @returns PEM
 * @throws RequestRefusal
 */
export function readKey(file: string): string {
  return readText(file, `${file} cannot be read, expected the requester's private key`);
}

function readText(file: string | 0, problem: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    throw new RequestRefusal(problem);
  }
}

function approversOf(root: string): readonly string[] {
  const read = readApprovers(root);
  if ("diagnostics" in read) throw RequestRefusal.of(read.diagnostics);
  return read.approvers;
}

function requestersOf(root: string): Requesters {
  const read = readRequesters(root);
  if ("diagnostics" in read) throw RequestRefusal.of(read.diagnostics);
  return read.requesters;
}
