import { JSDOM } from "jsdom";

/** A browser's window without pixels, whose objects are this process's globals: import it before React. */
export const { window } = new JSDOM("<!doctype html><html lang=en><body><div id=root></div></body></html>", {
  url: "https://console.example/",
  pretendToBeVisual: true,
});

const NAMES = [
  "window",
  "self",
  "document",
  "navigator",
  "location",
  "history",
  "localStorage",
  "sessionStorage",
  "addEventListener",
  "removeEventListener",
  "requestAnimationFrame",
  "cancelAnimationFrame",
  "getComputedStyle",
  "scrollTo",
  "Node",
  "ShadowRoot",
  "Element",
  "HTMLElement",
  "HTMLIFrameElement",
  "SVGElement",
  "DocumentFragment",
  "MutationObserver",
  "Event",
] as const;

window.scrollTo = () => undefined;
window.matchMedia = (media) =>
  ({
    media,
    matches: false,
    addEventListener: () => undefined,
    removeEventListener: () => undefined,
    addListener: () => undefined,
    removeListener: () => undefined,
  }) as unknown as MediaQueryList;
window.Element.prototype.scrollIntoView = () => undefined;

for (const name of NAMES) {
  const value: unknown = name === "window" || name === "self" ? window : window[name];
  // The window's functions work on the window only.
  const bound = typeof value === "function" && !/^[A-Z]/.test(name) ? (value.bind(window) as unknown) : value;
  Object.defineProperty(globalThis, name, { value: bound, configurable: true, writable: true });
}
