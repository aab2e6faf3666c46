import { z } from "zod";
import { imageSchema } from "./schemas/release.ts";
import type { Release } from "./types.ts";

/** Where an image is, pinned: a registry and repository, and a digest. */
export type Image = z.output<typeof imageSchema>;

/** Images by their place, such as `backup.image`. */
export type Images = ReadonlyMap<string, Image>;

/** What is pinned like an image is one, whatever else is said of it. */
const pinned = z.object(imageSchema.shape);

/**
 * Every image of a release by its place in the file, such as `backup.image`. What concerns each image iterates this, so that
 * an image that is added to the release's schema is attested and reaches the chart and the next release without more.
 *
 * Files keep each image where it belongs instead of in a map of their own: releases are never changed once a tenant has had
 * them, and what staging has attested of a tenant is a hash over its release as the file says it.
 */
export function releaseImages(release: Omit<Release, "name">): Images {
  return new Map(imagesBelow(release, ""));
}

function imagesBelow(value: unknown, place: string): readonly (readonly [string, Image])[] {
  const image = pinned.safeParse(value);
  if (image.success) return [[place, image.data]];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, below]) => imagesBelow(below, place === "" ? key : `${place}.${key}`));
}

/** Nested settings, such as the values of a chart. */
export type Settings = Readonly<Record<string, unknown>>;

/** Puts each image into its place, beside what is there already. */
export function placeImages(images: Images, settings: Settings = {}): Settings {
  return [...images].reduce((placed, [place, image]) => merge(placed, place.split("."), image), settings);
}

function merge(settings: Settings, [key, ...rest]: readonly string[], image: Image): Settings {
  if (key === undefined) return { ...settings, ...image };
  const below = settings[key];
  return { ...settings, [key]: merge(typeof below === "object" ? { ...below } : {}, rest, image) };
}
