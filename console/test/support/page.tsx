import "./browser.ts";
import { createMemoryHistory } from "@tanstack/react-router";
import axe from "axe-core";
import { createRoot } from "react-dom/client";
import type { Role } from "../../api/access.ts";
import { App } from "../../web/App.tsx";
import { createQueryClient } from "../../web/lib/queryClient.ts";
import { setSessionEnded } from "../../web/lib/sessionEnd.ts";
import { createConsoleRouter } from "../../web/router.tsx";
import { ANSWERS, session } from "./answers.ts";

/** What the server answers to a path: a body, or a status with a body. */
export type Answers = Readonly<Record<string, unknown>>;

/** An answer that is not a success. */
export class Refusal {
  readonly status: number;
  readonly body: unknown;
  constructor(status: number, body: unknown) {
    this.status = status;
    this.body = body;
  }
}

/** Something that a page asked the server for. */
export interface Asked {
  readonly path: string;
  readonly query: string;
  readonly body: unknown;
}

/** A page of the console in a browser without pixels. */
export class Page {
  readonly asked: Asked[] = [];
  readonly router: ReturnType<typeof createConsoleRouter>;
  /** Answers that differ from {@link ANSWERS}; they can change while the page is open. */
  answers: Answers;
  readonly #unmount: () => void;

  /** Opens a page. @param answers that differ from the usual ones */
  constructor(path: string, role: Role, answers: Answers = {}) {
    this.answers = answers;
    const element = document.createElement("div");
    document.body.replaceChildren(element);
    document.querySelectorAll("title").forEach((title) => title.remove());
    setSessionEnded(false);
    globalThis.fetch = (input, init) => Promise.resolve(this.#answer(role, input, init));
    const queryClient = createQueryClient();
    this.router = createConsoleRouter(queryClient, createMemoryHistory({ initialEntries: [path] }));
    const root = createRoot(element);
    root.render(<App queryClient={queryClient} router={this.router} />);
    this.#unmount = () => {
      root.unmount();
      queryClient.clear();
    };
  }

  close(): void {
    this.#unmount();
  }

  #answer(role: Role, input: string | URL | Request, init: RequestInit | undefined): Response {
    const address = typeof input === "string" ? input : input instanceof URL ? input.href : input.url;
    const { pathname, search } = new URL(address, "https://console.example");
    const body: unknown = typeof init?.body === "string" ? JSON.parse(init.body) : undefined;
    this.asked.push({ path: pathname, query: search, body });
    const key = body === undefined ? pathname : `POST ${pathname}`;
    const found =
      this.answers[key] ?? this.answers[pathname] ?? (pathname === "/api/session" ? session(role) : ANSWERS[pathname]);
    if (found === undefined) return Response.json({ message: `Nothing is at ${pathname}` }, { status: 404 });
    return found instanceof Refusal ? Response.json(found.body, { status: found.status }) : Response.json(found);
  }

  /** Waits until something is there. @param find answers it, or undefined */
  async until<Found>(what: string, find: () => Found | undefined | null | false): Promise<Found> {
    const end = Date.now() + 20_000;
    for (;;) {
      const found = find();
      if (found !== undefined && found !== null && found !== false) return found;
      if (Date.now() > end) throw new Error(`expected ${what}, found: ${document.body.textContent.slice(0, 2000)}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Waits for a text. */
  text(text: string): Promise<unknown> {
    return this.until(`the text "${text}"`, () => document.body.textContent.includes(text));
  }

  /** Waits for a button or link by its text. */
  control(text: string): Promise<HTMLElement> {
    return this.until(`a button or link "${text}"`, () => this.controls().find((element) => nameOf(element) === text));
  }

  /** Buttons and links of the page. */
  controls(): HTMLElement[] {
    return [...document.querySelectorAll<HTMLElement>("button, a[href]")];
  }

  /** Waits for a field by its label, and types. */
  async type(label: string, value: string): Promise<void> {
    const field = await this.until(`a field "${label}"`, () => fieldOf(label));
    // React notices a value only through the setter of the element's own class.
    Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), "value")?.set?.call(field, value);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /** What a field has. */
  async value(label: string): Promise<string> {
    return (await this.until(`a field "${label}"`, () => fieldOf(label))).value;
  }

  /** Rules of accessibility that the page breaks. Contrast needs pixels: the tests in a browser check it. */
  async violations(): Promise<string[]> {
    const { violations } = await axe.run(document, { rules: { "color-contrast": { enabled: false } } });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(" | ")}`);
  }
}

const nameOf = (element: HTMLElement) => element.getAttribute("aria-label") ?? element.textContent.trim();

function fieldOf(text: string): HTMLInputElement | undefined {
  const label = [...document.querySelectorAll("label")].find(({ textContent }) => textContent.trim() === text);
  const field = label?.htmlFor === undefined ? null : document.getElementById(label.htmlFor);
  // An element of this document is of this window's class, which the global one is not known to be.
  return field === null ? undefined : (field as HTMLInputElement);
}
