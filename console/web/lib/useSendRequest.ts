import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import type { z } from "zod";
import type { requestInputSchema } from "../../api/requests.ts";
import { post } from "./http.ts";
import { Problem } from "./problem.ts";
import { forgetForm } from "./useStoredForm.ts";

type Answer = z.ZodObject<{ id: z.ZodString }>;

/**
 * Sends a request, forgets the form that it was made with, and opens the request's page.
 *
 * @param onTaken called when the request's id is another request's already: the form needs a new one
 */
export function useSendRequest(formKey: string, onTaken: () => void) {
  const client = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (input: z.input<typeof requestInputSchema>) => post<Answer>("/api/requests", input),
    onError: (error) => {
      if (error instanceof Problem && error.status === 409) onTaken();
    },
    onSuccess: async ({ id }) => {
      forgetForm(formKey);
      await navigate({ to: "/requests/$id", params: { id } });
      await client.invalidateQueries();
    },
  });
}
