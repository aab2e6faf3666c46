/** Style of what screen readers read and nobody sees. */
export const HIDDEN = {
  position: "absolute",
  width: "1px",
  height: "1px",
  m: 0,
  overflow: "hidden",
  clipPath: "inset(50%)",
  whiteSpace: "nowrap",
} as const;
