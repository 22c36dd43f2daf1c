/** isomorphic-git, loaded when a repository is first touched: it is the largest module of the server. */
export async function library(): Promise<typeof import('isomorphic-git').default> {
  return (await import('isomorphic-git')).default;
}
