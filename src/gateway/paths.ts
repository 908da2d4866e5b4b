/** Access key configurations, below the API's URL. */
export const CONFIGURATIONS = '/access-key-configurations'
