/** What each kind of finding means and what to do, in another language; one that is left out does not compile. */
export type KindWords<Kinds> = Readonly<Record<keyof Kinds, readonly [means: string, remedy: string]>>;
