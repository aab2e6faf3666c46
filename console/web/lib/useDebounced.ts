import { useEffect, useState } from "react";

/** A value as it was when it last stood still for a while. */
export function useDebounced<Value>(value: Value, milliseconds = 400): Value {
  const [settled, setSettled] = useState(value);
  const text = JSON.stringify(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), milliseconds);
    return () => clearTimeout(timer);
    // Equal content in a new object is no change.
  }, [text, milliseconds]);
  return settled;
}
