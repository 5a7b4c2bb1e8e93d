namespace Snakepit.Core.Access;

/// <summary>How many requests a key may make at each silo.</summary>
/// <param name="RequestsPerSecond">On average.</param>
/// <param name="Burst">At once.</param>
public readonly record struct RateSpec(double RequestsPerSecond, int Burst);

/// <summary>An API key as the door knows it.</summary>
/// <param name="Hash">Of the key itself.</param>
/// <param name="Caller">Who uses it, and what it may do.</param>
/// <param name="Rate">Null for no limit.</param>
public sealed record ApiKey(KeyHash Hash, Caller Caller, RateSpec? Rate);

/// <summary>The keys of a door. Immutable, so thread-safe.</summary>
public sealed class KeyTable
{
    private readonly ILookup<long, ApiKey> _keys;

    public KeyTable(IEnumerable<ApiKey> keys) => _keys = keys.ToLookup(key => key.Hash.Bucket);

    /// <summary>Null when no key has that text.</summary>
    public ApiKey? Find(string text)
    {
        var hash = KeyHash.Of(text);
        foreach (var key in _keys[hash.Bucket])
        {
            if (key.Hash.Matches(hash))
                return key;
        }

        return null;
    }
}
