/** What no role of a tenant may do. Written out, so that a role that was given more by hand is put right. */
export const NO_PRIVILEGES = {
  superuser: false,
  createDatabase: false,
  createRole: false,
  replication: false,
  bypassRowLevelSecurity: false,
} as const;

/** Shape of a password: 40 of 62 characters are 238 bits. No special characters: it goes into files and URLs as it is. */
export const PASSWORD = { length: 40, special: false } as const;
