/** Where the daemon's own token comes from: no place for a provider key, which would be handed to a provider. */
export const OWN_TOKEN = {
  /** The systemd credential (`LoadCredential=ai-gateway-api-key:…`). */
  credential: 'ai-gateway-api-key',
  /** Names a file that holds it. */
  fileVariable: 'AI_GATEWAY_API_KEY_FILE',
  /** As ngrok's documentation calls it. */
  variable: 'AI_GATEWAY_API_KEY',
} as const
