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
from scipy import integrate, special, stats

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


def contingency():
    rows = []
    cases = [(3, 10, 0, 10), (4, 50, 0, 50), (5, 50, 0, 50), (10, 50, 0, 50), (6, 50, 1, 50), (8, 50, 1, 50)]
    cases += [(0, 5, 5, 5), (20, 20, 0, 300), (300, 1000, 200, 1000), (7, 13, 40, 77), (1, 1, 0, 1), (0, 4, 0, 9)]
    cases += [(512, 1000, 20, 1000), (90, 100, 85, 100), (3, 1000, 2, 7)]
    for s, n, t, m in cases:
        table = [[s, n - s], [t, m - t]]
        ps = [stats.fisher_exact(table, alternative=a).pvalue for a in ["greater", "less", "two-sided"]]
        rows.append([s, n, t, m, *map(float, ps)])
    write("fisher", "stats.fisher_exact(table, alternative).pvalue: greater, less, two-sided", rows)
    rows = []
    for b, c in [(0, 0), (1, 0), (5, 0), (0, 7), (10, 3), (25, 25), (60, 12), (300, 100), (1000, 1100), (1400, 300)]:
        n = b + c
        greater, less = stats.binom.sf(b - 1, n, 0.5), stats.binom.cdf(b, n, 0.5)
        both = stats.binomtest(b, n).pvalue if n else 1.0
        rows.append([b, c, float(greater), float(less), float(both)])
    write("mcnemar", "binom.sf(b - 1, b + c, .5), binom.cdf, binomtest", rows)


def permutation():
    rng = numpy.random.default_rng(4)
    rows = []
    for n, m, shift in [(3, 3, 0.5), (2, 19, 1), (3, 9, 0.3), (5, 5, 0), (4, 12, 1.5)]:
        x = numpy.round(rng.normal(shift, 1, n), 3)
        y = numpy.round(rng.normal(0, 1, m), 3)
        test = stats.permutation_test(
            (x, y), lambda a, b: numpy.mean(a) - numpy.mean(b), alternative="greater", n_resamples=numpy.inf
        )
        rows.append([[[x.tolist(), y.tolist()]], float(test.pvalue)])
    for sizes in [[(1, 19)], [(1, 4), (2, 3)], [(2, 4), (1, 5), (1, 3)], [(2, 2), (2, 2), (2, 2)]]:
        strata = [[numpy.round(rng.normal(0.5, 1, n), 2).tolist(), numpy.round(rng.normal(0, 1, m), 2).tolist()] for n, m in sizes]
        options = []
        for x, y in strata:
            pooled = [Fraction(str(v)) for v in x + y]
            weight = Fraction(len(x) * len(y), len(x) + len(y))
            values = []
            for chosen in itertools.combinations(range(len(pooled)), len(x)):
                a = [pooled[i] for i in chosen]
                b = [v for i, v in enumerate(pooled) if i not in chosen]
                values.append(weight * (sum(a) / len(a) - sum(b) / len(b)))
            options.append(values)
        observed = sum(values[0] for values in options)
        sums = [sum(parts) for parts in itertools.product(*options)]
        rows.append([strata, sum(s >= observed for s in sums) / len(sums)])
    write("stratified-permutation", "permutation_test(alternative='greater'); strata: all relabellings in Fractions", rows)


def westfall_young():
    """Closed testing by brute force: a hypothesis falls when every set that holds it falls."""
    rng = numpy.random.default_rng(5)
    rows = []
    for families, twins, rho, shift in [(2, 19, 0.9, 2), (3, 9, 0.3, 1), (4, 12, 0.7, 0), (2, 39, 0, 1.5), (5, 19, 0.95, 3)]:
        common = rng.normal(size=twins + 1)
        own = rng.normal(size=(families, twins + 1))
        s = numpy.round(rho**0.5 * common + (1 - rho) ** 0.5 * own, 2)
        s[: (families + 1) // 2, 0] += shift
        p = (s[:, None, :] >= s[:, :, None]).sum(axis=2) / (twins + 1)
        adjusted = []
        for f in range(families):
            worst = 0
            for size in range(families):
                for rest in itertools.combinations([g for g in range(families) if g != f], size):
                    smallest = p[[f, *rest]].min(axis=0)
                    worst = max(worst, float((smallest <= smallest[0]).mean()))
            adjusted.append(worst)
        rows.append([s.tolist(), adjusted])
    write("westfall-young", "closed testing over all sets of families, minimum rank p, all relabellings", rows)


def clustering():
    rng = numpy.random.default_rng(6)
    rows = []
    for sizes, spread in [([4, 4, 4], 1), ([2, 5, 3, 7], 0.5), ([10] * 6, 0), ([3, 3], 3), ([1, 2, 6, 1], 1)]:
        groups = [numpy.round(rng.normal(rng.normal(0, spread), 1, k), 3) for k in sizes]
        n, g = sum(sizes), len(sizes)
        f = stats.f_oneway(*groups).statistic
        k0 = (n - sum(k * k for k in sizes) / n) / (g - 1)
        rows.append([[x.tolist() for x in groups], [min(1, max(0, float((f - 1) / (f + k0 - 1))))]])
    write("intraclass-correlation", "(F - 1) / (F + k0 - 1) with F from stats.f_oneway", rows)


def distances():
    rng = numpy.random.default_rng(7)
    rows = []
    for n, m, shift in [(5, 7, 0), (3, 3, 2), (20, 4, 0.5), (1, 9, 1)]:
        x, y = numpy.round(rng.normal(shift, 1, n), 3), numpy.round(rng.normal(0, 2, m), 3)
        rows.append([[x.tolist(), y.tolist()], [float(stats.energy_distance(x, y) ** 2)]])
    write("energy-distance", "stats.energy_distance(x, y) ** 2", rows)


def closed_form_power():
    rows = []
    for effect, twins, alpha in itertools.product([0, 0.5, 1, 2, 3, 4.5], [19, 39, 99], [0.05, 0.025]):
        allowed = math.floor(alpha * (twins + 1) + 1e-9) - 1
        if allowed < 0:
            continue
        value = integrate.quad(
            lambda x: stats.norm.pdf(x - effect) * stats.binom.cdf(allowed, twins, stats.norm.sf(x)),
            -9, 9 + effect, epsabs=1e-12, limit=400,
        )[0]
        rows.append([effect, twins, alpha, value])
    write("rank-power", "integrate.quad(norm.pdf(x - effect) * binom.cdf(r - 1, B, norm.sf(x)))", rows)


def sequential_rank():
    """P(reject at some look): twins ranked one by one, in exact arithmetic over orderings of gaps."""
    rows = []
    for looks, ranks in [
        ([19], [1]), ([19, 39], [0, 2]), ([19, 39], [1, 1]), ([19, 39, 59], [1, 1, 2]),
        ([39, 79], [1, 3]), ([5, 9, 14, 30], [0, 1, 0, 2]), ([9, 19, 99], [1, 2, 5]),
    ]:
        # above[a]: chance that a twins stand at or above U and no look has rejected yet.
        above, crossed, twins = {0: Fraction(1)}, Fraction(0), 0
        for size, rank in zip(looks, ranks):
            while twins < size:
                step = {}
                for a, chance in above.items():
                    up = Fraction(a + 1, twins + 2)
                    step[a + 1] = step.get(a + 1, 0) + chance * up
                    step[a] = step.get(a, 0) + chance * (1 - up)
                above, twins = step, twins + 1
            crossed += sum(c for a, c in above.items() if a + 1 <= rank)
            above = {a: c for a, c in above.items() if a + 1 > rank}
        rows.append([[looks, ranks], [float(crossed)]])
    write("sequential-rank", "Polya urn over the gaps among twins, Fractions", rows)


FOLDER.mkdir(parents=True, exist_ok=True)
MAKERS = [normal, beta, rates, newcombe, multiplicity, sign_flip, bayes, bca, contingency, permutation]
MAKERS += [westfall_young, clustering, distances, closed_form_power, sequential_rank]
for make in MAKERS:
    make()
