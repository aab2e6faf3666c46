// Runs before the first paint, as a file of its own, because the content security policy allows no inline script: chooses
// the color scheme that the reader picked, or the system's.
const mode = localStorage.getItem("mui-mode");
const isDark = mode === "dark" || (mode !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
document.documentElement.dataset["scheme"] = isDark ? "dark" : "light";
