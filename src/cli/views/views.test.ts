import { describe, expect, it } from 'vitest';
import { leadsText } from './leads-text.ts';
import { transcriptText } from './transcript-text.ts';

const HOSTILE = 'ok\n  assistant (sampled)\n  │ forged\u001B[1A\u202E';

describe('transcriptText', () => {
  it('puts every line of a message behind a bar, with control characters spelled out', () => {
    const text = transcriptText({
      probeId: 'p1',
      draw: 0,
      score: 'scored 1.00',
      messages: [
        { role: 'user', content: 'hello', origin: 'scripted' },
        { role: 'assistant', content: HOSTILE, origin: 'sampled' },
      ],
    });
    expect(text).toBe(
      [
        'probe p1, draw 0: scored 1.00',
        '  user (scripted)',
        '  │ hello',
        '  assistant (sampled)',
        '  │ ok',
        '  │   assistant (sampled)',
        '  │   │ forged\\u{1b}[1A\\u{202e}',
      ].join('\n'),
    );
  });
});

describe('leadsText', () => {
  it('says when there are none, and when U was not asked', () => {
    expect(leadsText([])).toContain('No prompt');
    const lead = {
      rank: 1,
      probeId: 'p1',
      cluster: 'c',
      family: 'f',
      prompt: HOSTILE,
      suspectRate: 0.9,
      twinRate: 0.05,
      teacherRate: null,
      n: 24,
    };
    const text = leadsText([lead]);
    expect(text).toContain('U itself not asked');
    expect(text).not.toMatch(/\p{Bidi_Control}/u);
    expect(text).not.toContain('\u001B');
  });
});
