export const signIn = async (_: unknown): Promise<{ token: () => Promise<string>; signOut: () => void }> => {
  throw new Error('later')
}
