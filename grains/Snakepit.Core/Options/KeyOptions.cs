using Snakepit.Core.Access;

namespace Snakepit.Core.Options;

/// <summary>An entry of the section <c>Snakepit:Http:Keys</c>, or of the file that <c>Snakepit:Http:KeysFile</c> names.</summary>
public sealed record KeyOptions
{
    public const double LeastRate = 0.001, MostRate = 1_000_000;

    [Option("sha256: and the SHA-256 of the key in 64 hexadecimal digits; snakepit key new makes a key and this line.", Secret = true)]
    public string? Hash { get; set; }

    [Option("Pools that the key may use.", DefaultText = "all")]
    public IReadOnlyList<string> Pools { get; set; } = [];

    [Option(
        "What the key may do: Call tools, Read status, load and silos, Admin (recycle, scale, drain, resume; contains Read).",
        DefaultText = "`Call`, `Read`")]
    public IReadOnlyList<AccessScope> Scopes { get; set; } = [];

    [Option(
        "Requests that the key may make at each silo in a second, on average.",
        Min = LeastRate, Max = MostRate, DefaultText = "no limit")]
    public double? RequestsPerSecond { get; set; }

    [Option("Requests that it may make at once after a pause.", Min = 1, Max = 1_000_000, DefaultText = "RequestsPerSecond")]
    public int? Burst { get; set; }

    /// <summary>Scopes of a key that names none.</summary>
    public static readonly IReadOnlyList<AccessScope> DefaultScopes = [AccessScope.Call, AccessScope.Read];

    /// <summary>The rate limit; null for none.</summary>
    public RateSpec? Rate => RequestsPerSecond is { } rate ? new RateSpec(rate, Burst ?? Math.Max(1, (int)Math.Ceiling(rate))) : null;

    /// <summary>The key as the door knows it.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="source">Where it is written.</param>
    /// <exception cref="FormatException">The hash is none; options that were checked have one.</exception>
    public ApiKey Spec(string name, string source) => new(
        KeyHash.TryParse(Hash) ?? throw new FormatException($"{source}:Hash is no hash."),
        new Caller(CallerKind.Key, name)
        {
            Scopes = Scopes.Count > 0 ? Scopes : DefaultScopes,
            Pools = Pools.Count > 0 ? Pools : null,
            Source = source,
        },
        Rate);
}
