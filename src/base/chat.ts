/** Where the words of a message come from; judges and readers must be able to tell. */
export type MessageOrigin = 'scripted' | 'sampled' | 'prefilled';

/** One chat message. */
export interface Message {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
  readonly origin?: MessageOrigin;
}
