/** What is used of pdfmake. Its own types bring those of a browser along, which change the whole program's. */
declare module "pdfmake" {
  /** A text with its looks, or something that holds other contents. */
  interface Node {
    readonly text?: string;
    readonly style?: string;
    readonly alignment?: "left" | "right";
    readonly margin?: [number, number, number, number];
    readonly width?: number | "*" | "auto";
    readonly columns?: Content[];
    readonly columnGap?: number;
    readonly stack?: Content[];
    readonly layout?: "noBorders" | "lightHorizontalLines";
    readonly table?: {
      readonly headerRows?: number;
      readonly widths?: (number | "*" | "auto")[];
      readonly body: TableCell[][];
    };
  }
  export type Content = string | Node;
  export type TableCell = string | Node;

  /** A document. */
  interface Definition {
    readonly pageSize: "A4";
    readonly pageMargins: [number, number, number, number];
    readonly language: string;
    readonly displayTitle: boolean;
    readonly info: { readonly title: string; readonly author: string; readonly creationDate: Date };
    readonly defaultStyle: { readonly font: string; readonly fontSize: number };
    readonly styles: Readonly<Record<string, { fontSize?: number; bold?: boolean; color?: string }>>;
    readonly footer: (page: number, pages: number) => Content;
    readonly content: Content[];
  }

  const pdfmake: {
    setLocalAccessPolicy(isAllowed: (path: string) => boolean): void;
    setUrlAccessPolicy(isAllowed: (url: string) => boolean): void;
    setFonts(fonts: Readonly<Record<string, { readonly normal: string; readonly bold: string }>>): void;
    createPdf(definition: Definition): { getBuffer(): Promise<Buffer> };
  };
  export default pdfmake;
}
