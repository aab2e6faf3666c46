/** Id of the heading of every page. */
export const PAGE_HEADING = "page-heading";
