namespace Snakepit.Pools;

/// <summary>Which calls whose worker crashed are tried again.</summary>
public enum CrashRetry
{
    /// <summary>Those that may run twice, as their caller or their tool says.</summary>
    Idempotent,

    /// <summary>All: a tool may then run twice.</summary>
    Always,

    /// <summary>None.</summary>
    Never,
}

/// <summary>What a client does with a call whose worker crashed. A try that surely did not begin is repeated whatever this says.</summary>
/// <param name="Retry">Which calls.</param>
/// <param name="MaxRetries">How often one call.</param>
/// <param name="Backoff">Pause before the first retry; doubles with each.</param>
[GenerateSerializer, Immutable, Alias("Snakepit.RetryPolicy")]
public readonly record struct RetryPolicy(
    [property: Id(0)] CrashRetry Retry,
    [property: Id(1)] int MaxRetries,
    [property: Id(2)] TimeSpan Backoff)
{
    /// <summary>No call whose worker crashed is tried again.</summary>
    public static RetryPolicy None { get; } = new(CrashRetry.Never, 0, TimeSpan.Zero);
}
