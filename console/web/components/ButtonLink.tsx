import Button from "@mui/material/Button";
import type { ButtonProps } from "@mui/material/Button";
import { createLink } from "@tanstack/react-router";

function Anchor(props: Omit<ButtonProps<"a">, "component">) {
  return <Button {...props} component="a" href={props.href ?? ""} />;
}

/** A link to a page of the console that looks like a button. */
export const ButtonLink = createLink(Anchor);
