/** Whether the program ever computes values of many rows: the others need no look for them in their conditions. */
export const manyRows: { used: boolean } = { used: false };
