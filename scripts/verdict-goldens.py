"""Golden numbers of src/verdict, from SciPy and exact rational arithmetic.

    python -m venv /tmp/venv && /tmp/venv/bin/pip install scipy
    /tmp/venv/bin/python scripts/verdict-goldens.py

writes src/verdict/goldens/*.json. Every file names this script and the SciPy version.
"""

import itertools
import json
import math
import pathlib
from fractions import Fraction

import numpy
import scipy
from scipy import special, stats

FOLDER = pathlib.Path(__file__).parent.parent / "src" / "verdict" / "goldens"


def write(name, snippet, rows):
    made_by = f"scripts/verdict-goldens.py, SciPy {scipy.__version__}"
    header = json.dumps({"madeBy": made_by, "snippet": snippet})
    lines = ",\n".join("  " + json.dumps(row) for row in rows)
    text = f'{header[:-1]}, "rows": [\n{lines}\n]}}\n'
    (FOLDER / f"{name}.json").write_text(text)


def normal():
    zs = [-37.5, -30, -20, -10, -8, -6, -5, -4, -3, -2.6, -2.5, -2.4, -2, -1.959963984540054]
    zs += [-1, -0.5, -1e-3, -1e-9, 0, 1e-6, 0.3, 1, 1.5, 2, 3, 5, 8]
    write("normal-cdf", "stats.norm.cdf(z)", [[z, stats.norm.cdf(z)] for z in zs])
    ps = [1e-300, 1e-100, 1e-50, 1e-20, 1e-10, 1e-6, 1e-4, 0.001, 0.005, 0.01, 0.025, 0.05, 0.1]
    ps += [0.2, 0.3, 0.4, 0.49, 0.5, 0.51, 0.75, 0.9, 0.975, 0.995, 0.9999, 1 - 1e-10]
    write("normal-quantile", "special.ndtri(p)", [[p, special.ndtri(p)] for p in ps])


def exact_binomial_tail(k, n, p):
    """P(X >= k), X binomial, in exact rational arithmetic: SciPy's own tails err near 1e-11."""
    p = Fraction(p)
    terms = (math.comb(n, i) * p**i * (1 - p) ** (n - i) for i in range(k, n + 1))
    return float(sum(terms))


def beta():
    shapes = [0.5, 1, 2, 3.7, 10, 64, 1000]
    xs = [1e-12, 1e-5, 0.01, 0.05, 0.2, 0.5, 0.8, 0.97, 0.9999]
    rows = []
    for a, b, x in itertools.product(shapes, shapes, xs):
        value = special.betainc(a, b, x)
        if value > 1e-290:
            rows.append([x, a, b, value])
    for a, b, x in [(1e6, 1e6, 0.5), (1e6, 1e6, 0.499), (1e6, 1e6, 0.501), (1e5, 3e5, 0.25)]:
        rows.append([x, a, b, special.betainc(a, b, x)])
    write("incomplete-beta", "special.betainc(a, b, x)", rows)
    exact = [(1, 20, 0.05), (10, 50, 0.01), (64, 64, 0.5), (40, 64, 0.05), (1, 1000, 1e-9)]
    exact += [(300, 1000, 0.05), (990, 1000, 0.5), (500, 1000, 0.5), (3, 12, 0.9)]
    rows = [[k, n, p, exact_binomial_tail(k, n, p)] for k, n, p in exact]
    write("binomial-tail", "exact sum of Fractions: P(X >= k)", rows)
    ps = [1e-12, 1e-6, 0.001, 0.025, 0.05, 0.3, 0.5, 0.8, 0.975, 0.999]
    rows = []
    for a, b, p in itertools.product([0.5, 1, 2, 10, 64, 1000], [0.5, 1, 3, 64, 1000], ps):
        x = special.betaincinv(a, b, p)
        if 1e-290 < x < 1:
            rows.append([p, a, b, x])
    write("beta-quantile", "special.betaincinv(a, b, p)", rows)


def rates():
    cases = [(0, 1), (1, 1), (0, 10), (3, 10), (5, 10), (10, 10), (6, 64), (51, 64), (0, 64)]
    cases += [(64, 64), (1, 1000), (999, 1000), (500, 1000), (12345, 99999), (1, 19), (0, 19)]
    for method in ["wilson", "exact"]:
        rows = []
        for (k, n), level in itertools.product(cases, [0.9, 0.95, 0.99]):
            ci = stats.binomtest(k, n).proportion_ci(level, method)
            rows.append([k, n, level, ci.low, ci.high])
        write(f"{method}-interval", f"binomtest(k, n).proportion_ci(level, '{method}')", rows)
    rows = [[0, n, 1 - 0.05 ** (1 / n)] for n in [10, 20, 30, 59, 299]]
    rows += [[k, n, stats.beta.isf(0.05, k + 1, n - k)] for k, n in [(1, 19), (2, 19), (5, 99)]]
    write("clopper-pearson-upper", "stats.beta.isf(.05, k + 1, n - k)", rows)


def newcombe():
    rows = []
    cases = [(56, 70, 48, 80), (9, 10, 3, 10), (10, 10, 0, 20), (0, 10, 0, 20), (51, 64, 73, 1216)]
    for (s, n, t, m), level in itertools.product(cases, [0.9, 0.95]):
        a = stats.binomtest(s, n).proportion_ci(level, "wilson")
        b = stats.binomtest(t, m).proportion_ci(level, "wilson")
        p, q = s / n, t / m
        low = p - q - numpy.hypot(p - a.low, b.high - q)
        high = p - q + numpy.hypot(a.high - p, q - b.low)
        rows.append([s, n, t, m, level, low, high])
    write("newcombe-interval", "Wilson limits of both rates, squared and added", rows)


def multiplicity():
    sets = [[0.01, 0.02, 0.03, 0.04], [0.05, 0.05], [0.9, 0.001, 0.03, 0.03, 1.0], [0.2], [1e-9, 0.5]]
    bh = [[s, stats.false_discovery_control(s).tolist()] for s in sets]
    write("benjamini-hochberg", "stats.false_discovery_control(p)", bh)
    holm = []
    for s in sets:
        s = numpy.array(s)
        # By definition: the largest (m - j + 1) p_(j) among those not above p.
        at = numpy.sort(s) * numpy.arange(len(s), 0, -1)
        holm.append([s.tolist(), [min(1, at[numpy.sort(s) <= p].max()) for p in s]])
    write("holm", "definition: max over p_(j) <= p of (m - j + 1) p_(j)", holm)


def sign_flip():
    rng = numpy.random.default_rng(1)
    rows = []
    for n in [3, 6, 10, 13]:
        for shift in [0, 0.3]:
            d = numpy.round(rng.normal(shift, 0.4, n), 3)
            test = stats.permutation_test(
                (d,), numpy.sum, permutation_type="samples", alternative="greater", n_resamples=numpy.inf
            )
            rows.append([d.tolist(), float(test.pvalue)])
    write("sign-flip", "permutation_test((d,), sum, 'samples', alternative='greater')", rows)


def bayes():
    rows = []
    cases = [(3, 50, 0, 50), (5, 50, 0, 50), (10, 50, 0, 50), (10, 50, 2, 50), (51, 64, 73, 1216)]
    for s, n, t, m in cases:
        log = special.betaln(1 + s, 1 + n - s) + special.betaln(1 + t, 1 + m - t)
        log -= special.betaln(1 + s + t, 1 + n + m - s - t)
        rows.append([s, n, t, m, log / numpy.log(10)])
    write("bayes-factor", "betaln sums over ln 10", rows)


def bca():
    rng = numpy.random.default_rng(2)
    rows = []
    for n in [12, 40]:
        data = numpy.round(rng.beta(1, 4, n), 4)
        ci = stats.bootstrap(
            (data,), numpy.mean, n_resamples=200_000, method="BCa", rng=numpy.random.default_rng(3)
        ).confidence_interval
        rows.append([data.tolist(), float(ci.low), float(ci.high)])
    write("bca", "stats.bootstrap((x,), mean, n_resamples=200000, method='BCa')", rows)


FOLDER.mkdir(parents=True, exist_ok=True)
for make in [normal, beta, rates, newcombe, multiplicity, sign_flip, bayes, bca]:
    make()
