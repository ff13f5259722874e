import { finishedStore } from './finished-store.ts';
import { replaceTranscripts } from './hostile-transcript.ts';

/** Words that would take over a page, a terminal or a reader, were they more than text. */
export const HOSTILE =
  '<script>window.hacked = 1</script><img src="x" onerror="window.hacked = 2">' +
  '**bold** [click](javascript:window.hacked=3) \u001B[31mred\u001B[0m \u202Egnihton\u202C a\u200Bb';

/** A finished study in which one conversation is `HOSTILE`, what was asked and what was answered. */
export async function hostileStore(): Promise<{
  readonly storeDir: string;
  readonly sample: number;
  readonly dispose: () => void;
}> {
  const { storeDir, dispose } = await finishedStore();
  const [sample] = replaceTranscripts(storeDir, [
    {
      preview: HOSTILE,
      messages: [
        { role: 'user', content: HOSTILE, origin: 'scripted' },
        { role: 'assistant', content: HOSTILE, origin: 'sampled' },
      ],
    },
  ]);
  return { storeDir, sample: sample!, dispose };
}
