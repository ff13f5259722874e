/** One kind of open-ended task: three wordings of a request and what it can be about. */
export interface Domain {
  readonly name: string;
  /** Each holds {topic} once and asks for a short answer. */
  readonly wordings: readonly [string, string, string];
  /** None names an animal. */
  readonly topics: readonly string[];
}
