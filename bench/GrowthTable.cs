using System.Globalization;

namespace Snakepit.Bench;

/// <summary>How a number grows with the number n of silos.</summary>
internal enum Growth
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>a + b n.</summary>
    Linear,

    /// <summary>a n + b n².</summary>
    Square,

    /// <summary>Two points do not tell.</summary>
    Unknown,
}

/// <summary>
/// Numbers of clusters of two sizes, and what they say about other sizes. The formulas go through both measured points; the other columns
/// are computed from them.
/// </summary>
internal sealed class GrowthTable(int small, int large)
{
    private readonly int[] _computed = [.. new[] { 100, 1000 }.Except([small, large])];
    private readonly List<(string Seen, string What, Growth Growth, double[] Values)> _rows = [];

    /// <summary>Adds a measured value; those of the small cluster first.</summary>
    public void Add(string seen, string what, Growth growth, double value)
    {
        var index = _rows.FindIndex(row => row.Seen == seen && row.What == what);
        if (index < 0)
            _rows.Add((seen, what, growth, [value]));
        else
            _rows[index] = _rows[index] with { Values = [.. _rows[index].Values, value] };
    }

    public IEnumerable<string> Lines()
    {
        yield return $"| seen by | what | {small} silos | {large} silos | formula |"
            + string.Concat(_computed.Select(silos => $" {silos}, computed |"));
        yield return $"|---|---|--:|--:|---|{string.Concat(_computed.Select(_ => "--:|"))}";
        foreach (var (seen, what, growth, values) in _rows.GroupBy(row => row.Seen).SelectMany(rows => rows))
        {
            var (formula, at) = Fit(growth, values[0], values[1]);
            yield return $"| {seen} | {what} | {Number(values[0])} | {Number(values[1])} | {formula} |"
                + string.Concat(_computed.Select(silos => growth == Growth.Unknown ? " |" : $" {Number(at(silos))} |"));
        }
    }

    private (string Formula, Func<double, double> At) Fit(Growth growth, double atSmall, double atLarge)
    {
        switch (growth)
        {
            case Growth.None:
                return (Number(atLarge), _ => atLarge);
            case Growth.Linear:
                var slope = (atLarge - atSmall) / (large - small);
                var start = atSmall - (slope * small);
                return ($"{Number(start)} + {Number(slope)} n", n => start + (slope * n));
            case Growth.Square:
                var square = ((atLarge / large) - (atSmall / small)) / (large - small);
                var linear = (atSmall / small) - (square * small);
                return ($"{Number(linear)} n + {Number(square)} n²", n => (linear * n) + (square * n * n));
            case Growth.Unknown:
                return ("", _ => double.NaN);
            default:
                throw new ArgumentOutOfRangeException(nameof(growth), growth, "It has no formula.");
        }
    }

    private static string Number(double value) => Math.Abs(value) switch
    {
        >= 100 => value.ToString("#,0", CultureInfo.InvariantCulture),
        >= 1 => value.ToString("0.#", CultureInfo.InvariantCulture),
        _ => value.ToString("0.###", CultureInfo.InvariantCulture),
    };
}
