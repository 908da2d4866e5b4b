import { SecretBook } from '../secrets/book.ts'

/** Secrets as this process finds them: in its environment, beside the modules, among its credentials. */
export function openSecrets({ dir }: { readonly dir: string }): SecretBook {
  return new SecretBook({ env: process.env, dir, credentialsDirectory: process.env['CREDENTIALS_DIRECTORY'] })
}
