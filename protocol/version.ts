/**
 * The wire version. Bump `current` with every change of the contract that an
 * older peer cannot ignore, and note it in CHANGELOG; raise `oldest` only when
 * a version is no longer bridged.
 */
export const protocolVersion = { current: 1, oldest: 1 } as const;
