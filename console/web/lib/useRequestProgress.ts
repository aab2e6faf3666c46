import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { requestSchema } from "../../api/requests.ts";
import { parsed } from "./http.ts";
import { request } from "./queries.ts";
import { isOpen } from "./requestWords.ts";

const POLL = 5000;

/** A request as it moves: by server-sent events, and by asking again where those do not come through. */
export function useRequestProgress(id: string) {
  const client = useQueryClient();
  const [isLive, setLive] = useState(false);
  const result = useQuery({
    ...request(id),
    refetchInterval: ({ state: { data } }) => (isLive || data === undefined || !isOpen(data.state) ? false : POLL),
  });
  const isMoving = result.data !== undefined && isOpen(result.data.state);
  useEffect(() => {
    if (!isMoving || typeof EventSource === "undefined") return;
    const source = new EventSource(`/api/requests/${encodeURIComponent(id)}/events`);
    source.onmessage = ({ data }: MessageEvent<string>) => {
      setLive(true);
      client.setQueryData(request(id).queryKey, parsed<typeof requestSchema>(data));
    };
    source.onerror = () => setLive(false);
    return () => {
      source.close();
      setLive(false);
    };
  }, [client, id, isMoving]);
  return { ...result, isLive };
}
