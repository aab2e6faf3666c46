import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Paper from "@mui/material/Paper";
import TextField from "@mui/material/TextField";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { hereAddress, loginAddress } from "../lib/login.ts";
import { about } from "../lib/queries.ts";
import { BrandMark } from "./BrandMark.tsx";

/** What a person sees who is not logged in. */
export function SignIn() {
  const { data } = useQuery(about);
  const [tenant, setTenant] = useState("");
  return (
    <Box component="main" sx={{ minHeight: "100vh", display: "grid", placeItems: "center", p: 2 }}>
      <title>{`Log in · ${data?.brand.name ?? "Console"}`}</title>
      <Paper
        variant="outlined"
        sx={{ p: 4, width: "100%", maxWidth: 400, display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: 2 }}
      >
        <BrandMark />
        <Typography variant="h1">Log in</Typography>
        <Typography color="textSecondary">
          The console shows tenants and asks for changes by pull request. It is for the platform&apos;s staff, and for
          the administrators of tenants.
        </Typography>
        <Button variant="contained" component="a" href={loginAddress(hereAddress())} autoFocus>
          Log in with your staff account
        </Button>
        <Box
          component="form"
          onSubmit={(event) => {
            event.preventDefault();
            const id = tenant.trim().toLowerCase();
            if (id !== "") location.assign(loginAddress(hereAddress(), id));
          }}
          sx={{ display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: 1.5 }}
        >
          <TextField
            label="Your tenant’s id"
            placeholder="acme-finance"
            value={tenant}
            onChange={(event) => setTenant(event.target.value)}
            slotProps={{ htmlInput: { autoCapitalize: "none", spellCheck: false } }}
          />
          <Button type="submit" variant="outlined" disabled={tenant.trim() === ""}>
            Log in to your tenant
          </Button>
        </Box>
        {data !== undefined && (
          <Typography variant="caption" color="textSecondary">
            {data.environment} · version {data.version}
          </Typography>
        )}
      </Paper>
    </Box>
  );
}
