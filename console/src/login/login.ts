export const signIn = async (
  _: unknown,
): Promise<{ token: () => Promise<string>; signOut: () => void; scopes: ReadonlySet<string> }> => {
  throw new Error('later')
}
