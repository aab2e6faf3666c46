import Typography from "@mui/material/Typography";
import { capital } from "../lib/format.ts";

interface Props {
  readonly environment: string;
  /** Named where it is called otherwise than the environment. */
  readonly stack: string;
}

/** Heading of what a stack has of a tenant. */
export function PlaceHeading({ environment, stack }: Props) {
  return (
    <Typography variant="h3" sx={{ mb: 1 }}>
      {capital(environment)}
      {stack === environment ? "" : `, stack ${stack}`}
    </Typography>
  );
}
