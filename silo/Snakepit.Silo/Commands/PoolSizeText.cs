using Snakepit.Core.Options;
using Snakepit.Core.Scaling;

namespace Snakepit.Silo.Commands;

/// <summary>Says how many workers a pool has and where the number comes from.</summary>
internal static class PoolSizeText
{
    /// <param name="pool">The pool.</param>
    /// <param name="configuration">What was written, where a word may stand for the number.</param>
    public static string Explain(PoolOptions pool, IConfiguration configuration)
    {
        if (pool.MaxSize is { } most)
            return $"{pool.MinSize ?? 1} to {most} workers on each silo, by load (MinSize, MaxSize)";
        var written = Written(pool, configuration);
        var workload = written is null ? null : WorkloadSize.Parse(written);
        var workers = $"{pool.PoolSize} {(pool.PoolSize == 1 ? "worker" : "workers")} on each silo";
        return workload is { } word ? $"{workers} like this one (PoolSize = {written}: {Rule(word, Environment.ProcessorCount)})"
            : written is not null ? $"{workers} (PoolSize)"
            : $"{workers} like this one (the default: 2 for each of {Environment.ProcessorCount} processors)";
    }

    /// <summary>The guide's rule for a workload, with its range.</summary>
    public static string Rule(Workload workload, int processors)
    {
        var (from, to) = WorkloadSize.PerProcessor(workload);
        return $"{from} for each of {processors} processors; the guide says {from} to {to}";
    }

    private static string? Written(PoolOptions pool, IConfiguration configuration) => configuration
        .GetSection($"{SnakepitOptions.Section}:{nameof(SnakepitOptions.Pools)}").GetChildren()
        .FirstOrDefault(section => section[nameof(PoolOptions.Name)] == pool.Name)?[nameof(PoolOptions.PoolSize)];
}
