import type { SampleView } from '../../../api/samples.ts';

/** What is shown of a conversation, wherever it comes from. */
export type Shown = Pick<SampleView, 'transcript' | 'cut' | 'judgements'>;
