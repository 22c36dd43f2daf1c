/** Limits of a search that the thread of its index needs, which goes without the schemas. */

/** No more than so many found things are ranked and counted. */
export const mostRanked = 20_000;
