import Link from "@mui/material/Link";
import { createLink } from "@tanstack/react-router";

/** A link to a page of the console. */
export const AppLink = createLink(Link);
