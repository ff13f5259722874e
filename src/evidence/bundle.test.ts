import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { AuditSample } from '../artifacts/audit-samples.ts';
import { createRng } from '../base/rng.ts';
import { pocketFolder } from '../study/pocket-study.fixture.ts';
import { MEMBER } from './bundle-format.ts';
import { bundleSmallStudy, runSmallStudy, smallStudy } from './finished-study.fixture.ts';
import { forgeBundle, forgeSamples, type Members, rechainLedger } from './forge.fixture.ts';
import { verifyBundle, type Verification } from './verify-bundle.ts';
import type { WrittenBundle } from './write-bundle.ts';

// Every step is a few durable commits, which a busy disk makes slow.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const { folder, dispose } = pocketFolder();
afterAll(dispose);
const at = (name: string): string => join(folder, name);

let bundle: WrittenBundle;
let bytes: Uint8Array;
beforeAll(async () => {
  await runSmallStudy(folder, 'store');
  bundle = await bundleSmallStudy(folder, 'store', 'study.tar');
  bytes = readFileSync(bundle.path);
});

async function forged(edit: (members: Members) => void): Promise<Verification> {
  forgeBundle(bundle.path, at('forged.tar'), edit);
  return verifyBundle(at('forged.tar'));
}

const failing = (result: Verification): string[] => [
  ...new Set(result.findings.map(({ check }) => check)),
];

describe('a bundle', () => {
  it('holds, check by check', async () => {
    const result = await verifyBundle(bundle.path);
    expect(result.findings).toEqual([]);
    expect(result).toMatchObject({ ok: true, study: 'tiny', root: bundle.root, signedBy: null });
    const empty = result.checks.filter(({ checked }) => checked === 0).map(({ name }) => name);
    expect(empty).toEqual(['signature']);
  });

  it('has the same bytes each time, and is a tar archive to others', async () => {
    const again = await bundleSmallStudy(folder, 'store', 'again.tar');
    expect(readFileSync(again.path).equals(bytes)).toBe(true);
    const listed = execFileSync('tar', ['-tf', bundle.path], { encoding: 'utf8' });
    expect(listed).toContain(MEMBER.ledger);
  });

  it('holds where students are shown preference pairs, which are made again', async () => {
    const training = { epochs: 1, batchSize: 8, optimiser: { learningRate: 0.001 } };
    await runSmallStudy(folder, 'pairs', {
      recipes: { kd: { method: 'dpo', ...training } },
    });
    const { path } = await bundleSmallStudy(folder, 'pairs', 'pairs.tar');
    expect((await verifyBundle(path)).findings).toEqual([]);
  });

  it('holds where students are followed along their training and compared with their base', async () => {
    const tokens = { kind: 'divergent', quantile: 0.5 } as const;
    const training = { epochs: 1, batchSize: 8, optimiser: { learningRate: 0.001 } };
    const [family] = smallStudy().families;
    await runSmallStudy(folder, 'along', {
      recipes: { kd: { method: 'kd', topK: 4, tokens, ...training } },
      families: [{ ...family!, seeds: 1, divergence: true, checkpoints: [0, 0.5] }],
    });
    const { path } = await bundleSmallStudy(folder, 'along', 'along.tar');
    expect((await verifyBundle(path)).findings).toEqual([]);
  });

  it('stands in for weights by digest, or holds them when asked', async () => {
    expect(bundle.omitted).toBeGreaterThan(0);
    const whole = await bundleSmallStudy(folder, 'store', 'whole.tar', { weights: true });
    expect(whole.omitted).toBe(0);
    expect(await verifyBundle(whole.path)).toMatchObject({ ok: true, weights: 'included' });
  });

  it('is refused when it is something else', async () => {
    writeFileSync(at('other'), 'a text file');
    await expect(verifyBundle(at('other'))).rejects.toMatchObject({
      code: 'not-a-bundle',
      exitCode: 2,
    });
    await expect(verifyBundle(at('none'))).rejects.toMatchObject({
      code: 'not-a-bundle',
      exitCode: 2,
    });
  });
});

describe('tampering with a byte', () => {
  const tampered = async (offset: number, flip: number): Promise<Verification> => {
    const copy = Uint8Array.from(bytes);
    copy[offset]! ^= flip;
    writeFileSync(at('tampered.tar'), copy);
    return verifyBundle(at('tampered.tar'), { containerOnly: true });
  };

  it('is found wherever it is, 100 times of 100', async () => {
    const rng = createRng('tampering');
    for (let i = 0; i < 100; i++) {
      const offset = rng.int(bytes.length);
      const result = await tampered(offset, 1 + rng.int(255));
      expect(result.ok, `byte ${offset}`).toBe(false);
    }
  });

  it('is found in headers, padding, root and the closing blocks', async () => {
    const root = bytes.length - 2 * 512 - 512;
    for (const offset of [0, 99, 105, 130, 150, 156, 300, 511, root, root + 70, bytes.length - 1]) {
      expect((await tampered(offset, 1)).ok, `byte ${offset}`).toBe(false);
    }
  });

  it('is found when bytes are cut off or added', async () => {
    for (const changed of [bytes.subarray(0, -512), bytes.subarray(0, -1), [...bytes, 0]]) {
      writeFileSync(at('cut.tar'), Uint8Array.from(changed));
      expect((await verifyBundle(at('cut.tar'), { containerOnly: true })).ok).toBe(false);
    }
  });
});

describe('a forger who recomputes index and root', () => {
  const acquit = (samples: AuditSample[]): AuditSample[] =>
    samples.map((sample, i) =>
      i === 1 ? { ...sample, scores: { ...sample.scores, owl: flipped(sample) } } : sample,
    );
  const flipped = ({ scores }: AuditSample): AuditSample['scores'][string] => {
    const score = scores['owl'];
    return { status: 'scored', value: score?.status === 'scored' ? 1 - score.value : 0 };
  };
  const TITLE = 'audit suspect-open-kd-main-s1 · honeypot';

  it('is caught by the ledger when a score is changed', async () => {
    const result = await forged((members) => forgeSamples(members, TITLE, acquit));
    expect(failing(result)).toEqual(expect.arrayContaining(['ledger', 'scores', 'verdict']));
  });

  it('is caught by the transcript when the ledger is rewritten too, down to the row', async () => {
    const result = await forged((members) => {
      forgeSamples(members, TITLE, acquit);
      rechainLedger(members);
    });
    expect(failing(result)).toEqual(['scores', 'verdict']);
    const [finding] = result.findings;
    expect(finding?.row).toContain('sample 1 (');
    expect(finding).toMatchObject({
      message: 'scores.owl.value is not what the recorded answers give',
    });
    expect(new Set([finding?.expected, finding?.found])).toEqual(new Set(['0', '1']));
  });

  it('is caught when probes are left out, though everything is chained again', async () => {
    const result = await forged((members) => {
      forgeSamples(members, TITLE, (samples) => samples.slice(2));
      rechainLedger(members);
    });
    expect(failing(result)).toContain('scores');
  });

  it('is caught when the rule in the study file is changed', async () => {
    const result = await forged((members) => {
      const study = members.get(MEMBER.study)!;
      members.set(MEMBER.study, study.replace('"seed":1', '"seed":2'));
    });
    expect(failing(result)).toEqual(['ledger', 'plan']);
  });

  it('is caught when α is changed in plan and verdict', async () => {
    const result = await forged((members) => {
      for (const name of [MEMBER.manifest, MEMBER.verdict]) {
        members.set(name, members.get(name)!.replaceAll('"alpha":0.05', '"alpha":0.2'));
      }
    });
    expect(failing(result)).toEqual(expect.arrayContaining(['ledger', 'plan']));
  });

  it('is caught when the verdict alone is changed', async () => {
    const result = await forged((members) => {
      const verdict = members.get(MEMBER.verdict)!;
      members.set(
        MEMBER.verdict,
        verdict.replace(/"outcome":"[A-Z ]+"/u, '"outcome":"NO EVIDENCE"'),
      );
    });
    expect(failing(result)).toEqual(['ledger', 'verdict']);
    const found = result.findings.find(({ check }) => check === 'verdict');
    expect(found).toMatchObject({ member: MEMBER.verdict, found: '"NO EVIDENCE"' });
  });

  it('is caught when the registration is moved behind the scores', async () => {
    const result = await forged((members) => {
      const lines = members.get(MEMBER.ledger)!.trimEnd().split('\n');
      const registered = lines.findIndex((line) => line.includes('"type":"preregistered"'));
      const [line = ''] = lines.splice(registered, 1);
      lines.splice(-1, 0, line);
      const renumbered = lines.map((text, i) => text.replace(/"seq":\d+/u, `"seq":${i + 1}`));
      members.set(MEMBER.ledger, `${renumbered.join('\n')}\n`);
      rechainLedger(members);
    });
    expect(failing(result)).toEqual(['verdict']);
    const gates = result.findings.map(({ row = '' }) => row);
    expect(gates.some((row) => row.startsWith('gates.'))).toBe(true);
  });

  it('is caught by a root known from elsewhere when the whole study is another one', async () => {
    await runSmallStudy(folder, 'other-store', { seed: 2 });
    const other = await bundleSmallStudy(folder, 'other-store', 'other.tar');
    expect((await verifyBundle(other.path)).ok).toBe(true);
    const result = await verifyBundle(other.path, { expect: bundle.root });
    expect(result.findings).toMatchObject([{ check: 'container', expected: bundle.root }]);
    const { ledgerRoot } = await verifyBundle(bundle.path, { expect: bundle.root });
    expect((await verifyBundle(bundle.path, { expect: ledgerRoot! })).ok).toBe(true);
  });
});

describe('a signature', () => {
  const keyFiles = (name: string) => {
    const pem = { format: 'pem' } as const;
    const { privateKey, publicKey } = generateKeyPairSync('ed25519', {
      privateKeyEncoding: { ...pem, type: 'pkcs8' },
      publicKeyEncoding: { ...pem, type: 'spki' },
    });
    writeFileSync(at(`${name}.pem`), privateKey);
    writeFileSync(at(`${name}.pub`), publicKey);
    return { secret: at(`${name}.pem`), open: at(`${name}.pub`) };
  };
  const quick = { containerOnly: true };

  it('holds for its key and no other', async () => {
    const mine = keyFiles('mine');
    const theirs = keyFiles('theirs');
    const signed = await bundleSmallStudy(folder, 'store', 'signed.tar', { signWith: mine.secret });
    const result = await verifyBundle(signed.path, { key: mine.open });
    expect(result.findings).toEqual([]);
    expect(result.signedBy).toMatch(/^[0-9a-f]{64}$/);
    const other = await verifyBundle(signed.path, { key: theirs.open, ...quick });
    expect(other.findings).toMatchObject([{ check: 'signature' }]);
    const unsigned = await verifyBundle(bundle.path, { key: mine.open, ...quick });
    expect(unsigned.findings).toMatchObject([{ message: 'the bundle is not signed' }]);
  });

  it('does not survive a forger, and no byte of it can be changed', async () => {
    const mine = keyFiles('third');
    const signed = await bundleSmallStudy(folder, 'store', 'third.tar', { signWith: mine.secret });
    forgeBundle(signed.path, at('resigned.tar'), (members) => {
      members.set(MEMBER.study, `${members.get(MEMBER.study)} `);
    });
    const result = await verifyBundle(at('resigned.tar'), quick);
    expect(result.findings.some(({ check }) => check === 'signature')).toBe(true);
    const all = readFileSync(signed.path);
    const start = all.indexOf('{"algorithm"');
    for (let i = 0; i < 230; i += 7) {
      const copy = Uint8Array.from(all);
      copy[start + i]! ^= 1;
      writeFileSync(at('byte.tar'), copy);
      expect((await verifyBundle(at('byte.tar'), quick)).ok, `byte ${i}`).toBe(false);
    }
  });

  it('refuses keys that cannot sign', async () => {
    writeFileSync(at('no-key'), 'hello');
    await expect(
      bundleSmallStudy(folder, 'store', 'x.tar', { signWith: at('no-key') }),
    ).rejects.toMatchObject({ code: 'key-unreadable', exitCode: 2 });
  });
});
