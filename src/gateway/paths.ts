/** Access key configurations, below the API's URL. */
export const CONFIGURATIONS = '/access-key-configurations'

/** Access keys, below the API's URL. */
export const ACCESS_KEYS = '/access-keys'

/** Provider keys, below the API's URL. */
export const PROVIDER_KEYS = '/provider-keys'
