using System.Text.Json;

namespace Snakepit.Client;

/// <summary>Defaults of a client.</summary>
public sealed class SnakepitClientOptions
{
    /// <summary>Pool of calls that name none. Default: <c>default</c>.</summary>
    public string DefaultPool { get; set; } = "default";

    /// <summary>Budget of calls that bring none. Default: null, which is the pool's own (PoolRequestTimeout in the silo's options).</summary>
    public TimeSpan? DefaultTimeout { get; set; }

    /// <summary>Silo the client runs in, whose shard it prefers; null for an external client.</summary>
    public string? LocalSilo { get; set; }

    /// <summary>
    /// Whether the own silo's shard of a pool could begin a call now, by the pool's name; null when there is no such shard. Called for
    /// each call when <see cref="LocalSilo"/> is set, on any thread.
    /// </summary>
    public Func<string, bool?> LocalHasRoom { get; set; } = static _ => null;

    /// <summary>Tries of one call altogether, when it is sure or declared that repeating does no harm. Default: 3.</summary>
    public int MaxAttempts { get; set; } = 3;

    /// <summary>Where silos are looked for, in words for errors; null when the application made its own Orleans client.</summary>
    internal string? Gateways { get; set; }

    /// <summary>How arguments are written and results are read. Default: snake_case names, read without regard to case.</summary>
    public JsonSerializerOptions Json { get; set; } = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        PropertyNameCaseInsensitive = true,
    };
}
