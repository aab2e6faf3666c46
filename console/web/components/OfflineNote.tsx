import Alert from "@mui/material/Alert";
import { useSyncExternalStore } from "react";

function subscribe(listener: () => void) {
  addEventListener("online", listener);
  addEventListener("offline", listener);
  return () => {
    removeEventListener("online", listener);
    removeEventListener("offline", listener);
  };
}

/** Says that the network is away, while it is. */
export function OfflineNote() {
  const isOnline = useSyncExternalStore(subscribe, () => navigator.onLine);
  if (isOnline) return null;
  return (
    <Alert severity="warning" variant="outlined" sx={{ mb: 2 }}>
      This device is offline. What you see may be out of date; what you enter is kept.
    </Alert>
  );
}
