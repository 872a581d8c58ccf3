/** Seconds for which a deployment that holds a host may not be heard of until others may take it over. */
export const silentSeconds = 600;
