using System.Reflection;
using Snakepit.Core.Options;
using Snakepit.Errors;

namespace Snakepit.Core.Configuration;

/// <summary>What a person is told about an option that there is not. Pure.</summary>
internal static class UnknownOption
{
    /// <summary>Fewer letters in common mean nothing.</summary>
    private const int FewestShared = 4;

    /// <summary>Endings may differ by this many letters: Retry and Retries.</summary>
    private const int LongestEnding = 3;

    /// <summary>Places that are named at most. A name that more sections have, such as Enabled, says nothing of its place.</summary>
    private const int MostPlaces = 2;

    /// <summary>A section, its options and where it stands.</summary>
    internal sealed record Level(string Path, PropertyInfo[] Options);

    /// <summary>One clause: the nearest name, where the name belongs, or that there is neither.</summary>
    /// <param name="path">The unknown option with its sections.</param>
    /// <param name="name">Its name.</param>
    /// <param name="levels">The section in which it stands first, then the sections around that one.</param>
    public static string Problem(string path, string name, IReadOnlyList<Level> levels)
    {
        var here = levels[0];
        if (ByGuide(name, here.Options) is { } same)
            return $"no such option; did you mean {same}?";
        if (ElixirKeys.For(path) is { } instead)
            return $"no such option; {instead}";
        string[] names = [.. here.Options.Select(option => option.Name)];
        var near = Spelling.Closest(name, names);
        if (Places(name, levels) is { Length: > 0 and <= MostPlaces } places)
        {
            var question = near is null ? "" : $", or did you mean {near}?";
            return $"no such option here; it belongs to {string.Join(" or ", places)}{question}";
        }

        return (near ?? Kin(name, names)) is { } meant
            ? $"no such option; did you mean {meant}?"
            : "no such option; none here has a similar name, and 'snakepit config reference' lists them";
    }

    /// <summary>A name as it is compared: without case and separators, so <c>pool_size</c> is <c>PoolSize</c>.</summary>
    internal static string Plain(string name) =>
        name.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).ToUpperInvariant();

    /// <summary>The option that answers to this key of the guides, whatever it is called here.</summary>
    private static string? ByGuide(string name, PropertyInfo[] options) => Array.Find(
        options,
        option => option.GetCustomAttribute<OptionAttribute>()!.Guide is { } key && Plain(key.Split('.')[^1]) == Plain(name))?.Name;

    /// <summary>Sections of this name one level down, and all levels up.</summary>
    private static string[] Places(string name, IReadOnlyList<Level> levels) =>
    [
        .. from level in levels.Skip(1) where Has(level.Options, name) select level.Path,
        .. from option in levels[0].Options
           let entry = OptionsReader.EntryType(option.PropertyType)
           where Has(OptionsReader.OptionProperties(entry ?? option.PropertyType), name)
           select $"{(entry is null ? "" : "an entry of ")}{levels[0].Path}:{option.Name}",
    ];

    private static bool Has(PropertyInfo[] options, string name) =>
        Array.Exists(options, option => Plain(option.Name) == Plain(name));

    /// <summary>
    /// The option that begins as the name does, with the most letters in common, or the only one that ends with it. The distance between
    /// such names may be long: MaxMissedHeartbeats and MaxMissed.
    /// </summary>
    private static string? Kin(string name, string[] candidates)
    {
        var plain = Plain(name);
        var begins = candidates
            .Where(candidate => BeginsAlike(plain, Plain(candidate)))
            .MaxBy(candidate => Shared(plain, Plain(candidate)));
        if (begins is not null || plain.Length < FewestShared)
            return begins;
        string[] ends = [.. candidates.Where(candidate => Plain(candidate).EndsWith(plain, StringComparison.Ordinal))];
        return ends is [var only] ? only : null;
    }

    private static bool BeginsAlike(string a, string b)
    {
        var (shared, shorter) = (Shared(a, b), Math.Min(a.Length, b.Length));
        return shared >= FewestShared
            && (shared == shorter || (shared == shorter - 1 && Math.Max(a.Length, b.Length) - shared <= LongestEnding));
    }

    private static int Shared(string a, string b) => a.Zip(b).TakeWhile(pair => pair.First == pair.Second).Count();
}
