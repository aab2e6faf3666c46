import CheckCircle from "@mui/icons-material/CheckCircle";
import Box from "@mui/material/Box";
import ButtonBase from "@mui/material/ButtonBase";
import { WIZARD_STEPS } from "../lib/wizardSteps.ts";

interface Props {
  readonly current: number;
  /** Steps up to this one can be opened. */
  readonly reached: number;
  readonly onOpen: (step: number) => void;
}

/** Steps of the wizard; those behind can be opened again. */
export function WizardSteps({ current, reached, onOpen }: Props) {
  return (
    <Box component="nav" aria-label="Steps" sx={{ mb: 3 }}>
      <Box component="ol" sx={{ listStyle: "none", m: 0, p: 0, display: "flex", flexWrap: "wrap", gap: 1 }}>
        {WIZARD_STEPS.map(({ name, label }, index) => (
          <Box component="li" key={name} sx={{ flex: { sm: "1 1 0" } }}>
            <ButtonBase
              disabled={index > reached}
              onClick={() => onOpen(index)}
              {...(index === current && { "aria-current": "step" as const })}
              sx={{
                width: "100%",
                justifyContent: "flex-start",
                gap: 1,
                px: 1,
                py: 1,
                fontSize: "0.8125rem",
                fontWeight: 600,
                borderTop: 3,
                borderColor: index <= current ? "primary.main" : "divider",
                color: index === current ? "primary.main" : "text.secondary",
              }}
            >
              {index < current ? (
                <CheckCircle titleAccess="done" sx={{ fontSize: 18, color: "primary.main" }} />
              ) : (
                <span>{index + 1}</span>
              )}
              {label}
            </ButtonBase>
          </Box>
        ))}
      </Box>
    </Box>
  );
}
