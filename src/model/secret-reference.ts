/** A secret in an environment variable of the daemon. */
export interface EnvironmentSecret {
  readonly $env: string
}

/** A secret in a file: an absolute path, or one relative to the folder of modules. */
export interface FileSecret {
  readonly $file: string
}

/** A secret that systemd hands to the daemon, by its name in `$CREDENTIALS_DIRECTORY`. */
export interface CredentialSecret {
  readonly $credential: string
}

/** Where a secret is, as modules say it. Only the daemon ever reads what is there. */
export type SecretReference = EnvironmentSecret | FileSecret | CredentialSecret

/** The ways to say where a secret is. */
export interface SecretReferences {
  /**
   * An environment variable of the daemon: `secret.env('OPENAI_API_KEY')`. In JSON and YAML `{ "$env": "OPENAI_API_KEY" }`. Its
   * value is taken as it is, and read when the daemon starts: nothing changes the environment of a running process.
   */
  readonly env: (name: string) => EnvironmentSecret
  /**
   * A file that the daemon may read: `secret.file('/run/secrets/openai')`. A path that is not absolute is relative to the folder of
   * modules (the setting `dir`), whichever module says it. In JSON and YAML `{ "$file": "/run/secrets/openai" }`. Line breaks
   * at its end are cut off.
   */
  readonly file: (path: string) => FileSecret
  /**
   * A credential of the daemon's systemd unit (`LoadCredential=openai:/etc/…`), which is a file in `$CREDENTIALS_DIRECTORY`:
   * `secret.credential('openai')`. In JSON and YAML `{ "$credential": "openai" }`. Line breaks at its end are cut off.
   */
  readonly credential: (name: string) => CredentialSecret
}
