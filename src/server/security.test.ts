import { mkdirSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { problemSchema } from '../api/actions.ts';
import { studiesSchema } from '../api/studies.ts';
import { listen, type Listening } from './listen.ts';
import { hostsOf } from './security.ts';
import { HOST, serveSmallStudy, type ServedStudy, STUDY } from './served-study.fixture.ts';

vi.setConfig({ hookTimeout: 120_000 });

const TOKEN = 'the-token-of-this-test';
let open: ServedStudy;
let locked: ServedStudy;
beforeAll(async () => {
  open = await serveSmallStudy();
  locked = await serveSmallStudy({ token: TOKEN, readOnly: true });
  mkdirSync(join(open.folder, 'page', 'assets'), { recursive: true });
  writeFileSync(join(open.folder, 'page', 'index.html'), '<!doctype html><title>page</title>');
  writeFileSync(join(open.folder, 'page', 'assets', 'main-abc123.js'), 'export {};');
  writeFileSync(join(open.folder, 'secret.txt'), 'not part of the page');
});
afterAll(() => {
  open.close();
  locked.close();
});

async function codeOf(response: Response): Promise<[number, string]> {
  return [response.status, problemSchema.parse(await response.json()).code];
}

describe('callers', () => {
  it.each([
    'evil.example',
    'evil.example:4170',
    '127.0.0.1',
    '127.0.0.1:80',
    'localhost.evil:4170',
    '',
  ])('under the name "%s" are refused, page and API alike', async (host) => {
    for (const path of ['/', '/api/studies', '/api/events', `${STUDY}/verdict`]) {
      const response = await open.request(path, { headers: { host } });
      expect(await codeOf(response)).toEqual([403, 'wrong-host']);
    }
  });

  it.each([
    'http://evil.example',
    'null',
    `https://${HOST}`,
    'http://127.0.0.1:9999',
    `http://${HOST}.evil`,
  ])('from the origin %s are refused, whatever they want', async (origin) => {
    expect(await codeOf(await open.request('/api/studies', { headers: { origin } }))).toEqual([
      403,
      'foreign-origin',
    ]);
    expect(await codeOf(await open.post(`${STUDY}/pause`, {}, { origin }))).toEqual([
      403,
      'foreign-origin',
    ]);
  });

  it('name the port, unless it is the one that browsers leave out', () => {
    expect(hostsOf(['LocalHost', '[::1]'], 4170)).toEqual(['localhost:4170', '[::1]:4170']);
    expect(hostsOf(['localhost'], 80)).toEqual(['localhost', 'localhost:80']);
  });

  it('need the origin of the page and JSON for an action', async () => {
    const bare = await open.request(`${STUDY}/pause`, {
      method: 'POST',
      body: '{}',
      headers: { 'content-type': 'application/json' },
    });
    expect(await codeOf(bare)).toEqual([403, 'foreign-origin']);
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp']) {
      const form = await open.post(`${STUDY}/pause`, {}, { 'content-type': type });
      expect(await codeOf(form)).toEqual([415, 'not-json']);
    }
  });

  it('send no more than an action needs', async () => {
    const annotations = `${STUDY}/sample/1/annotations`;
    const big = { kind: 'note', reason: 'x'.repeat(100_000) };
    expect(await codeOf(await open.post(annotations, big))).toEqual([413, 'too-large']);
    const long = { kind: 'note', reason: 'x'.repeat(2_001) };
    expect(await codeOf(await open.post(annotations, long))).toEqual([400, 'bad-request']);
    const broken = await open.request(annotations, {
      method: 'POST',
      body: '{',
      headers: { 'content-type': 'application/json', origin: `http://${HOST}` },
    });
    expect(await codeOf(broken)).toEqual([400, 'bad-request']);
  });

  it('start nothing but the examples of the package', async () => {
    for (const example of [
      '/etc/passwd',
      '../examples/pocket',
      'smollm2',
      'pocket;id',
      '--help',
      '__proto__',
    ]) {
      expect(await codeOf(await open.post('/api/studies', { example }))).toEqual([
        404,
        'no-such-example',
      ]);
    }
  });
});

describe('answers', () => {
  it('may be read by the page alone, run nothing, and are kept by nobody', async () => {
    for (const path of ['/', '/api/studies', '/api/studies/none', '/nothing']) {
      const { headers } = await open.request(path);
      expect(headers.get('content-security-policy')).toContain("script-src 'self'");
      expect(headers.get('content-security-policy')).not.toMatch(/script-src[^;]*unsafe/u);
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('access-control-allow-origin')).toBeNull();
      expect(headers.get('cache-control')).toBe(path === '/' ? 'no-cache' : 'no-store');
    }
  });

  it('are the files of the page, those named by their content kept for long', async () => {
    const page = await open.request('/');
    expect([page.status, page.headers.get('content-type')]).toEqual([
      200,
      'text/html; charset=utf-8',
    ]);
    const script = await open.request('/assets/main-abc123.js');
    expect(script.headers.get('cache-control')).toContain('immutable');
  });

  it.each([
    '/../secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '/%2e%2e%2fsecret.txt',
    '/assets/../../secret.txt',
    '/assets/..%5c..%5csecret.txt',
    '/assets/%252e%252e/%252e%252e/secret.txt',
    '//etc/passwd',
    '/%00',
    '/assets/',
    '/index.html%00.js',
  ])('are no file outside the page: %s', async (path) => {
    const response = await open.request(path);
    expect(response.status).toBe(404);
    expect(await response.text()).not.toContain('not part of the page');
  });
});

describe('where other machines can call', () => {
  it('nothing is answered without the token', async () => {
    for (const path of ['/', '/api/studies', '/api/events', '/assets/x.js']) {
      expect(await codeOf(await locked.request(path))).toEqual([401, 'no-token']);
    }
    for (const authorization of ['Bearer wrong', `Basic ${TOKEN}`, `Bearer ${TOKEN}x`, 'Bearer ']) {
      const response = await locked.request('/api/studies', { headers: { authorization } });
      expect(await codeOf(response)).toEqual([401, 'no-token']);
    }
    const cookie = 'informant-token-4170=wrong';
    expect(await codeOf(await locked.request('/', { headers: { cookie } }))).toEqual([
      401,
      'no-token',
    ]);
    expect(await codeOf(await locked.request('/?token=wrong'))).toEqual([401, 'no-token']);
  });

  it('the token opens it as a header, or as a cookie that the first visit sets', async () => {
    const authorization = `Bearer ${TOKEN}`;
    const direct = await locked.request('/api/studies', { headers: { authorization } });
    expect(studiesSchema.parse(await direct.json()).readOnly).toBe(true);
    const visit = await locked.request(`/?token=${TOKEN}&a=b`);
    expect([visit.status, visit.headers.get('location')]).toEqual([303, '/?a=b']);
    const set = visit.headers.get('set-cookie') ?? '';
    expect(set).toMatch(/HttpOnly/u);
    // A link in a mail leads here, and on to the address without the token.
    expect(set).toMatch(/SameSite=Lax/u);
    const cookie = set.split(';')[0]!;
    expect((await locked.request('/api/studies', { headers: { cookie } })).status).toBe(200);
    // Another server on this machine, whose cookies the browser sends along.
    expect(cookie).toMatch(/^informant-token-4170=/u);
    const both = `informant-token-4171=other; ${cookie}`;
    expect((await locked.request('/api/studies', { headers: { cookie: both } })).status).toBe(200);
  });

  it('a store that may only be read refuses every action', async () => {
    const authorization = `Bearer ${TOKEN}`;
    for (const [path, body] of [
      ['/api/studies', { example: 'pocket' }],
      [`${STUDY}/run`, {}],
      [`${STUDY}/sample/1/annotations`, { kind: 'note', reason: 'x' }],
    ] as const) {
      expect(await codeOf(await locked.post(path, body, { authorization }))).toEqual([
        409,
        'read-only',
      ]);
    }
  });
});

describe('a real server', () => {
  let server: Listening;
  beforeAll(async () => {
    server = await listen({
      storeDir: join(open.folder, '.informant'),
      port: 0,
      host: '127.0.0.1',
      pageDir: join(open.folder, 'page'),
      log: () => undefined,
    });
  });
  afterAll(() => server.close());

  /** fetch cannot lie about its Host. */
  function call(host: string, path: string): Promise<{ status: number; body: string }> {
    const { port } = new URL(server.url);
    return new Promise((resolve, reject) => {
      const asked = httpRequest(
        { host: '127.0.0.1', port, path, headers: { host } },
        (response) => {
          let body = '';
          response.setEncoding('utf8').on('data', (text: string) => (body += text));
          response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
        },
      );
      asked.on('error', reject);
      asked.end();
    });
  }

  it('answers under its own names and no other', async () => {
    const { port } = new URL(server.url);
    expect((await call(`127.0.0.1:${port}`, '/api/studies')).status).toBe(200);
    expect((await call(`LOCALHOST:${port}`, '/api/studies')).status).toBe(200);
    expect((await call(`evil.example:${port}`, '/api/studies')).status).toBe(403);
    expect((await call(`127.0.0.1:${port}`, '/../secret.txt')).status).toBe(404);
    expect((await call(`127.0.0.1:${port}`, '/%2e%2e/secret.txt')).body).not.toContain('not part');
    expect(server.url).not.toContain('token');
  });

  it('needs a token elsewhere, and says when its port is taken', async () => {
    const { port } = new URL(server.url);
    const options = {
      storeDir: join(open.folder, '.informant'),
      pageDir: join(open.folder, 'page'),
      log: () => undefined,
    };
    const wide = await listen({ ...options, port: 0, host: '0.0.0.0' });
    try {
      expect(wide.url).toMatch(/^http:\/\/localhost:\d+\/\?token=[\w-]{32}$/u);
      const { origin, searchParams } = new URL(wide.url);
      const refused = await fetch(`${origin}/api/studies`);
      expect(problemSchema.parse(await refused.json()).code).toBe('no-token');
      const authorization = `Bearer ${searchParams.get('token')}`;
      expect((await fetch(`${origin}/api/studies`, { headers: { authorization } })).status).toBe(
        200,
      );
    } finally {
      await wide.close();
    }
    await expect(listen({ ...options, port: Number(port), host: '127.0.0.1' })).rejects.toThrow(
      expect.objectContaining({ code: 'port-taken', exitCode: 2 }),
    );
  });
});
