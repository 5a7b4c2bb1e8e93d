using System.Globalization;
using Snakepit.Core.Options;
using Snakepit.Execution;

namespace Snakepit.Core.Configuration;

/// <summary>Checks what the options of a pool that scales itself ask together.</summary>
internal static class ScalingCheck
{
    public static IEnumerable<OptionMistake> Mistakes(PoolOptions pool, string path) =>
        pool.MaxSize is { } most ? Bounds(pool, pool.MinSize ?? 1, most, path) : WithoutMaxSize(pool, path);

    private static IEnumerable<OptionMistake> WithoutMaxSize(PoolOptions pool, string path) =>
        from pair in new (string Name, string? Value)[]
        {
            (nameof(PoolOptions.MinSize), Text(pool.MinSize)),
            (nameof(PoolOptions.TargetLoad), Text(pool.TargetLoad)),
            (nameof(PoolOptions.BufferWorkers), Text(pool.BufferWorkers)),
            (nameof(PoolOptions.ScaleDownAfter), pool.ScaleDownAfter is { } pause ? Duration.Format(pause) : null),
        }
        where pair.Value is not null
        select new OptionMistake(
            $"{path}:{pair.Name}", pair.Value, "counts only for a pool that scales itself: set MaxSize, or remove this");

    private static IEnumerable<OptionMistake> Bounds(PoolOptions pool, int least, int most, string path)
    {
        if (most <= least)
        {
            yield return new OptionMistake(
                $"{path}:MaxSize", Text(most), $"must be more than MinSize ({least}); a pool of one size has PoolSize alone");
        }

        if (pool.BufferWorkers >= most)
            yield return new OptionMistake($"{path}:BufferWorkers", Text(pool.BufferWorkers), $"must be less than MaxSize ({most})");
        if (least == 0 && pool.BufferWorkers > 0)
        {
            yield return new OptionMistake(
                $"{path}:BufferWorkers", Text(pool.BufferWorkers),
                "keeps workers also without load, so a pool with MinSize 0 would never sleep: set MinSize to 1 or more, or remove this");
        }

        if (least == 0 && pool.MaxQueueSize == 0)
        {
            yield return new OptionMistake(
                $"{path}:MaxQueueSize", "0", "must be 1 or more with MinSize 0: calls to a pool that sleeps wait for its first worker");
        }
    }

    private static string? Text(IFormattable? number) => number?.ToString(null, CultureInfo.InvariantCulture);
}
