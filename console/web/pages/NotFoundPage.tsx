import Typography from "@mui/material/Typography";
import { AppLink } from "../components/AppLink.tsx";
import { PageHeader } from "../components/PageHeader.tsx";

/** What is shown for an address that the console does not have. */
export function NotFoundPage() {
  return (
    <>
      <PageHeader title="This page does not exist" />
      <Typography>
        The address is wrong, or the page was removed. Go to the <AppLink to="/">dashboard</AppLink> or to the{" "}
        <AppLink to="/tenants">list of tenants</AppLink>, or search by Ctrl-K.
      </Typography>
    </>
  );
}
