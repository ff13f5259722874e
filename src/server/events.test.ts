import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Change, CHANGE_HEADER, changeSchema, helloSchema } from '../api/actions.ts';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { listen, type Listening } from './listen.ts';
import { serveSmallStudy, type ServedStudy } from './served-study.fixture.ts';

vi.setConfig({ hookTimeout: 120_000 });

let study: ServedStudy;
let server: Listening;
beforeAll(async () => {
  study = await serveSmallStudy();
  server = await listen({
    storeDir: join(study.folder, '.informant'),
    port: 0,
    host: '127.0.0.1',
    log: () => undefined,
  });
});
afterAll(async () => {
  await server.close();
  study.close();
});

/** A page that follows the server; `last` is the change it saw last. */
async function follow(last?: number) {
  const ended = new AbortController();
  const headers = last === undefined ? {} : { 'last-event-id': String(last) };
  const response = await fetch(`${server.url}api/events`, { headers, signal: ended.signal });
  const reader = response.body!.getReader();
  const decoder = new TextDecoder();
  let text = '';
  return {
    end: () => ended.abort(),
    /** The last change before this page followed. */
    hello: async (): Promise<number> => {
      for (;;) {
        const found = /event: hello\ndata: (.*)\n/u.exec(text);
        if (found !== null) return helloSchema.parse(JSON.parse(found[1]!)).seq;
        const { value } = await reader.read();
        text += decoder.decode(value, { stream: true });
      }
    },
    next: async (): Promise<Change> => {
      for (;;) {
        const found = /event: change\ndata: (.*)\nid: (\d+)\n\n/u.exec(text);
        if (found !== null) {
          text = text.slice(found.index + found[0].length);
          const change = changeSchema.parse(JSON.parse(found[1]!));
          expect(found[2]).toBe(String(change.seq));
          return change;
        }
        const { value } = await reader.read();
        text += decoder.decode(value, { stream: true });
      }
    },
  };
}

/** What another process does: a write through another connection. */
function writeElsewhere(): void {
  study.store.ledger.append('tiny', 'test-event', {});
}

describe('a page that follows the server', () => {
  it('is told which studies have changed, every time', async () => {
    const page = await follow();
    writeElsewhere();
    const first = await page.next();
    expect(first.studies).toEqual(['tiny']);
    study.store.studies.setStatus('tiny', 'failed');
    const second = await page.next();
    expect(second.studies).toEqual(['tiny']);
    expect(second.seq).toBeGreaterThan(first.seq);
    page.end();
  });

  it('is told what it missed while it was gone, and of what nobody looked at', async () => {
    const page = await follow();
    writeElsewhere();
    const { seq } = await page.next();
    page.end();
    writeElsewhere();
    const again = await follow(seq);
    const missed = await again.next();
    expect(missed.studies).toEqual(['tiny']);
    expect(missed.seq).toBeGreaterThan(seq);
    again.end();
  });

  it('learns that it has read something before a change that only others were told of', async () => {
    const other = await follow();
    const answer = await fetch(`${server.url}api/studies/tiny`);
    const read = Number(answer.headers.get(CHANGE_HEADER));
    writeElsewhere();
    const { seq } = await other.next();
    const page = await follow();
    expect(await page.hello()).toBe(seq);
    expect(read).toBeLessThan(seq);
    const again = await fetch(`${server.url}api/studies/tiny`);
    expect(Number(again.headers.get(CHANGE_HEADER))).toBe(seq);
    page.end();
    other.end();
  });

  it('is told that an investigation beside the store goes on', async () => {
    const page = await follow();
    const folder = join(study.folder, 'blind.investigation');
    mkdirSync(folder);
    writeFileSync(join(folder, 'transcripts.jsonl'), '');
    expect((await page.next()).studies).toEqual([]);
    writeFileSync(join(folder, 'audits.jsonl'), '');
    expect((await page.next()).studies).toEqual([]);
    page.end();
  });

  it('reads everything again when it knew another server', async () => {
    const page = await follow(17);
    expect((await page.next()).studies).toEqual([]);
    page.end();
  });

  it('learns that the process which held a study has died', async () => {
    const page = await follow();
    // A pid that is no process any more, as a killed run leaves its lock behind.
    study.store.database.run(
      `INSERT INTO locks (study, token, pid, host, command, since, heartbeat_at)
       VALUES ('tiny', 'other', ?, 'elsewhere', 'informant run tiny', ?, ?)`,
      1,
      new Date().toISOString(),
      new Date().toISOString(),
    );
    expect((await page.next()).studies).toEqual(['tiny']);
    study.store.database.run('UPDATE locks SET heartbeat_at = ?', '2026-01-01T00:00:00.000Z');
    expect((await page.next()).studies).toEqual(['tiny']);
    page.end();
  });
});
