import fc from 'fast-check';
import { expect, it } from 'vitest';
import { arrivalOf } from './arrival.ts';

it.each([
  ['', { screen: 'studies', path: '/api/studies' }],
  ['#/', { screen: 'studies', path: '/api/studies' }],
  ['#/s/tiny', { screen: 'verdict', path: '/api/studies/tiny/verdict' }],
  ['#/s/tiny?p=raw', { screen: 'verdict', path: '/api/studies/tiny/verdict' }],
  ['#/s/tiny/samples', { screen: 'samples', path: '/api/studies/tiny/samples' }],
  ['#/s/tiny/samples?role=twin', { screen: 'samples' }],
  ['#/s/tiny/samples/12?beside=4', { screen: 'transcript', path: '/api/studies/tiny/sample/12' }],
  ['#/s/a%20b/arms', { screen: 'arms', path: '/api/studies/a%20b/arms' }],
  ['#/s/tiny/arms/u-kd', { screen: 'arm', path: '/api/studies/tiny/arms/u-kd' }],
  ['#/s/tiny/arms/u-kd/data', { screen: 'dataset' }],
  ['#/s/tiny/judge', { screen: 'judge', path: '/api/studies/tiny/judge' }],
  ['#/s/tiny/ledger', { screen: 'ledger' }],
  ['#/s/tiny/nothing', {}],
  ['#/elsewhere', {}],
  ['#/s/%E0%A4%A', {}],
])('%s needs its screen and what that reads first', (hash, arrival) => {
  expect(arrivalOf(hash)).toEqual(arrival);
});

it('asks for nothing outside of the study, whatever the address says', () => {
  fc.assert(
    fc.property(fc.webPath({ size: 'small' }), fc.string(), (path, text) => {
      for (const hash of [`#${path}`, `#/s/${text}/samples`, `#/s/${encodeURIComponent(text)}`]) {
        const asked = arrivalOf(hash).path;
        if (asked === undefined) continue;
        expect(asked).toMatch(/^\/api\/studies(\/[^/?#]+){0,3}$/u);
        expect(asked).not.toMatch(/\/\.\.?(\/|$)/u);
      }
    }),
  );
});
