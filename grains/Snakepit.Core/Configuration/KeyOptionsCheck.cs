using System.Globalization;
using System.Text.RegularExpressions;
using Snakepit.Core.Access;
using Snakepit.Core.Options;

namespace Snakepit.Core.Configuration;

/// <summary>Checks API keys, wherever they are written. No message has what stands in the place of a hash: it may be the key.</summary>
public static partial class KeyOptionsCheck
{
    public const string NameRule = "expected a name of 1 to 64 letters, digits, '-', '_' or '.'";

    private const string HashRule = "expected sha256: and 64 hexadecimal digits, as 'snakepit key new' prints them";

    /// <summary>Tokens come back ten times a second, so a smaller burst would let less through than RequestsPerSecond says.</summary>
    private const int RefillsPerSecond = 10;

    public static bool IsName(string text) => Name().IsMatch(text);

    public static IEnumerable<OptionMistake> Mistakes(IReadOnlyDictionary<string, KeyOptions> keys, string path)
    {
        var known = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, key) in keys)
        {
            foreach (var mistake in Mistakes(name, key, $"{path}:{name}"))
                yield return mistake;
            if (KeyHash.TryParse(key.Hash) is { } hash && !known.TryAdd(hash.ToString(), name))
                yield return new OptionMistake($"{path}:{name}:Hash", null, $"key '{known[hash.ToString()]}' has the same");
        }
    }

    private static IEnumerable<OptionMistake> Mistakes(string name, KeyOptions key, string path)
    {
        if (!IsName(name))
            yield return new OptionMistake(path, null, NameRule);
        if (KeyHash.TryParse(key.Hash) is null)
            yield return new OptionMistake($"{path}:Hash", null, HashRule);
        foreach (var (i, pool) in key.Pools.Index())
        {
            if (!PoolName.IsValid(pool))
                yield return new OptionMistake($"{path}:Pools:{i}", pool, PoolName.Rule);
        }

        if (key is { Burst: { } burst, RequestsPerSecond: null })
            yield return new OptionMistake($"{path}:Burst", $"{burst}", "means nothing without RequestsPerSecond");
        if (key is { Burst: { } few, RequestsPerSecond: { } rate } && few < rate / RefillsPerSecond)
        {
            yield return new OptionMistake(
                $"{path}:Burst", few.ToString(CultureInfo.InvariantCulture),
                FormattableString.Invariant($"expected a tenth of RequestsPerSecond ({rate}) or more, else the rate cannot be reached"));
        }
    }

    [GeneratedRegex("^[A-Za-z0-9_.-]{1,64}\\z")]
    private static partial Regex Name();
}
