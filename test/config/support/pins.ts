/** Hexadecimal digits. */
export const hex = (length: number) => "0a".repeat(length).slice(0, length);
/** Commits of Git. */
export const COMMITS = {
  right: [hex(40)],
  wrong: ["18.0", hex(39), hex(41), `${hex(39)}A`, `${hex(39)}g`, ` ${hex(40)}`, 7],
};
/** Repositories on GitHub. */
export const REPOSITORIES = {
  right: ["OCA/web", "a-b_c/d.e-f_g", "a/b"],
  wrong: [
    "",
    "web",
    "OCA/",
    "/web",
    "OCA/web/x",
    "O.A/web",
    "OCA/w b",
    " OCA/web",
    "OCA/web ",
    "https://github.com/OCA/web",
    7,
  ],
};
/** Versions of modules of the series; each file says by itself whether the series alone is one. */
export const VERSIONS = {
  right: ["18.0.1", "18.0.1.0.0", "18.0.10.20.30.40.50"],
  wrong: [
    "18.0.",
    "18.0.x",
    "18.0.1.x",
    "18.0.1.1.1.1.1.1",
    "17.0.1.0.0",
    "18.0.1x",
    "v18.0.1",
    "18.0.1 ",
    "18x0.1",
    18,
    null,
  ],
};

/** One line of text. @param max characters at the most */
export const line = (max: number) => ({
  right: ["A", "a".repeat(max)],
  wrong: ["", " a", "a\nb", "a".repeat(max + 1), 7],
});
