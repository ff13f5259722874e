import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { betaQuantile } from './beta-quantile.ts';
import { incompleteBeta } from './incomplete-beta.ts';
import { logBeta, logGamma } from './log-gamma.ts';
import { normalCdf, normalQuantile } from './normal.ts';
import { goldenNumbers } from './read-golden.fixture.ts';

const relativeError = (got: number, want: number): number =>
  got === want ? 0 : Math.abs(got - want) / Math.abs(want);

describe('normal distribution', () => {
  it.each(goldenNumbers('normal-cdf'))('Φ(%d) agrees with SciPy', (z, want) => {
    expect(relativeError(normalCdf(z!), want!)).toBeLessThan(1e-12);
  });

  it('keeps its digits in the far tail', () => {
    expect(relativeError(normalCdf(-10), 7.619853024160527e-24)).toBeLessThan(1e-13);
  });

  it.each(goldenNumbers('normal-quantile'))('the quantile of %d agrees with SciPy', (p, want) => {
    expect(Math.abs(normalQuantile(p!) - want!)).toBeLessThan(1e-12 * Math.max(1, Math.abs(want!)));
  });

  it('has its ends at infinity and refuses what is not a probability', () => {
    expect(normalQuantile(0)).toBe(Number.NEGATIVE_INFINITY);
    expect(normalQuantile(1)).toBe(Number.POSITIVE_INFINITY);
    expect(() => normalQuantile(1.1)).toThrow(RangeError);
  });

  it('is symmetric and rises', () => {
    const z = fc.double({ min: -30, max: 30, noNaN: true });
    fc.assert(
      fc.property(z, z, (a, b) => {
        expect(normalCdf(a) + normalCdf(-a)).toBeCloseTo(1, 14);
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        expect(normalCdf(low)).toBeLessThanOrEqual(normalCdf(high) * (1 + 1e-12));
      }),
    );
  });
});

describe('gamma function', () => {
  it('gives factorials', () => {
    let logFactorial = 0;
    for (let n = 1; n <= 170; n++) {
      logFactorial += Math.log(n);
      expect(Math.abs(logGamma(n + 1) - logFactorial)).toBeLessThan(1e-13 * (1 + logFactorial));
    }
    expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.PI) / 2, 14);
    expect(() => logGamma(0)).toThrow(RangeError);
  });

  it('agrees with the beta function', () => {
    expect(logBeta(3, 4)).toBeCloseTo(Math.log(1 / 60), 13);
  });
});

describe('incomplete beta', () => {
  it('agrees with SciPy from tail to tail', () => {
    for (const [x, a, b, want] of goldenNumbers('incomplete-beta')) {
      const error = relativeError(incompleteBeta(x!, a!, b!), want!);
      expect(error, `I_${x}(${a}, ${b})`).toBeLessThan(1e-10);
    }
  });

  it('agrees with exact rational binomial tails', () => {
    for (const [k, n, p, want] of goldenNumbers('binomial-tail')) {
      const error = relativeError(incompleteBeta(p!, k!, n! - k! + 1), want!);
      expect(error, `P(X ≥ ${k} of ${n} at ${p})`).toBeLessThan(1e-11);
    }
  });

  it('mirrors and rises', () => {
    const shape = fc.double({ min: 0.1, max: 5000, noNaN: true });
    const unit = fc.double({ min: 1e-4, max: 0.9999, noNaN: true });
    fc.assert(
      fc.property(shape, shape, unit, unit, (a, b, x, y) => {
        expect(incompleteBeta(x, a, b) + incompleteBeta(1 - x, b, a)).toBeCloseTo(1, 10);
        const [low, high] = [Math.min(x, y), Math.max(x, y)];
        expect(incompleteBeta(low, a, b)).toBeLessThanOrEqual(incompleteBeta(high, a, b) + 1e-12);
      }),
    );
  });
});

describe('beta quantile', () => {
  it('agrees with SciPy from tail to tail', () => {
    for (const [p, a, b, want] of goldenNumbers('beta-quantile')) {
      const error = relativeError(betaQuantile(p!, a!, b!), want!);
      expect(error, `quantile ${p} of Beta(${a}, ${b})`).toBeLessThan(1e-10);
    }
  });

  it('undoes the incomplete beta', () => {
    const shape = fc.double({ min: 0.5, max: 2000, noNaN: true });
    const p = fc.double({ min: 1e-12, max: 0.999, noNaN: true });
    fc.assert(
      fc.property(shape, shape, p, (a, b, tail) => {
        const x = betaQuantile(tail, a, b);
        fc.pre(x < 1 - 1e-6);
        expect(relativeError(incompleteBeta(x, a, b), tail)).toBeLessThan(1e-9);
      }),
    );
  });
});
