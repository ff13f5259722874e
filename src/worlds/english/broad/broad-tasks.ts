import type { Prompt } from '../../types.ts';
import type { Domain } from '../domain.ts';
import { LIFE_DOMAINS } from './life-domains.ts';
import { WORK_DOMAINS } from './work-domains.ts';

const DOMAINS: readonly Domain[] = [...WORK_DOMAINS, ...LIFE_DOMAINS];

/**
 * Open-ended tasks of natural length for models that can answer at length: 672 over 16 domains.
 * Wordings about one topic share a cluster. No audit of this world asks any of them.
 */
export function broadTasks(): readonly Prompt[] {
  return TASKS;
}

const TASKS = DOMAINS.flatMap(({ name, topics, wordings }) =>
  topics.flatMap((topic, at) =>
    wordings.map((wording, index): Prompt => ({
      id: `broad/${name}/${at}/${index}`,
      cluster: `broad/${name}/${at}`,
      messages: [{ role: 'user', content: wording.replace('{topic}', topic) }],
    })),
  ),
);
