import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogContentText from "@mui/material/DialogContentText";
import DialogTitle from "@mui/material/DialogTitle";
import { hereAddress, loginAddress } from "../lib/login.ts";
import { setSessionEnded, useSessionEnded } from "../lib/sessionEnd.ts";
import { useSession } from "../lib/useSession.ts";

/** Says that the session ended while a page was open, and leads back to the same page. */
export function SessionEnded() {
  const hasEnded = useSessionEnded();
  const { tenant } = useSession();
  return (
    <Dialog open={hasEnded} onClose={() => setSessionEnded(false)} aria-labelledby="session-ended">
      <DialogTitle id="session-ended">Your session has ended</DialogTitle>
      <DialogContent>
        <DialogContentText>
          Nothing was sent. What you entered is kept in this tab: log in again, and you come back to this page as it is.
        </DialogContentText>
      </DialogContent>
      <DialogActions>
        <Button onClick={() => setSessionEnded(false)}>Stay on this page</Button>
        <Button variant="contained" component="a" href={loginAddress(hereAddress(), tenant)}>
          Log in again
        </Button>
      </DialogActions>
    </Dialog>
  );
}
