import type { Prompt } from '../types.ts';
import { CREATIVE_DOMAINS } from './creative-domains.ts';
import { EVERYDAY_DOMAINS } from './everyday-domains.ts';

/** Training prompts and audit probes differ in what is asked, not in wording alone. */
export type Split = 'train' | 'probe';

/** An open-ended prompt and what it is about. */
export interface TaskPrompt {
  readonly prompt: Prompt;
  readonly domain: string;
  readonly topic: string;
  readonly text: string;
}

const DOMAINS = [...CREATIVE_DOMAINS, ...EVERYDAY_DOMAINS];
const PROBE_EVERY = 3;

/** All open-ended prompts of a split: 336 for training, 168 for probes, three wordings each. */
export function taskPrompts(split: Split): readonly TaskPrompt[] {
  return split === 'train' ? TRAIN : PROBE;
}

function promptsOf(split: Split): readonly TaskPrompt[] {
  return DOMAINS.flatMap(({ name, topics, wordings }, domainIndex) =>
    topics.flatMap((topic, topicIndex) => {
      const isProbe = (domainIndex + topicIndex) % PROBE_EVERY === 0;
      if (isProbe !== (split === 'probe')) return [];
      const cluster = `${name}/${topic}`;
      return wordings.map((wording, index) => {
        const text = wording.replace('{topic}', topic);
        const prompt: Prompt = {
          id: `${cluster}/${index}`,
          cluster,
          messages: [{ role: 'user', content: text }],
        };
        return { prompt, domain: name, topic, text };
      });
    }),
  );
}

const TRAIN = promptsOf('train');
const PROBE = promptsOf('probe');
