namespace Snakepit.Identity;

/// <summary>The part of a pool that lives on one silo. Written <c>pool@silo</c>, which is also the grain key.</summary>
[GenerateSerializer, Immutable, Alias("Snakepit.ShardId")]
public readonly record struct ShardId([property: Id(0)] string Pool, [property: Id(1)] string Silo)
{
    /// <summary>The grain key, <c>pool@silo</c>.</summary>
    public override string ToString() => $"{Pool}@{Silo}";

    /// <summary>Reads a grain key. Pool names cannot contain '@' (the options validator sees to it), silo names can.</summary>
    /// <exception cref="FormatException">The key has no '@' or an empty side.</exception>
    public static ShardId FromKey(string key)
    {
        var at = key.IndexOf('@', StringComparison.Ordinal);
        return at > 0 && at < key.Length - 1
            ? new ShardId(key[..at], key[(at + 1)..])
            : throw new FormatException($"'{key}' is not a shard key; expected 'pool@silo'.");
    }
}
