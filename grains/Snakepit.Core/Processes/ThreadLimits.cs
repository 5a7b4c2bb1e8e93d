using System.Globalization;

namespace Snakepit.Core.Processes;

/// <summary>
/// How many threads number crunching libraries may use. Each of them takes all cores by default, so that a pool of
/// workers on one host would run workers × cores threads and lose most of its time in switching between them.
/// </summary>
public static class ThreadLimits
{
    public static IReadOnlyList<string> Names { get; } =
        ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"];

    /// <summary>Fills in the limits that neither the silo nor the pool has set.</summary>
    public static void Apply(IDictionary<string, string?> environment, int threads)
    {
        foreach (var name in Names)
        {
            if (!environment.TryGetValue(name, out var value) || string.IsNullOrWhiteSpace(value))
                environment[name] = threads.ToString(CultureInfo.InvariantCulture);
        }
    }
}
