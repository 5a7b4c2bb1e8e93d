using Snakepit.Core.Access;
using Snakepit.Core.Options;

namespace Snakepit.Core.Configuration;

/// <summary>The keys of a door: those of the options, and those of the file that <c>Snakepit:Http:KeysFile</c> names. Pure.</summary>
public static class KeysFile
{
    private const string Section = $"{SnakepitOptions.Section}:Http:{nameof(HttpOptions.Keys)}";

    /// <summary>All keys.</summary>
    /// <param name="options">Checked options.</param>
    /// <param name="file">What the file has; null without a file.</param>
    /// <exception cref="InvalidOptionsException">The file has mistakes, or a key that the options have too.</exception>
    public static KeyTable Read(HttpOptions options, ConfigNode? file)
    {
        var own = options.Keys.Select(pair => pair.Value.Spec(pair.Key, $"{Section}:{pair.Key}"));
        if (file is null)
            return new KeyTable(own);
        var reader = new OptionsReader();
        var keys = file.Children
            .Where(pair => !pair.Value.IsEmpty)
            .ToDictionary(pair => pair.Key, pair => reader.Read<KeyOptions>(pair.Value));
        OptionMistake[] mistakes =
        [
            .. reader.Mistakes,
            .. KeyOptionsCheck.Mistakes(keys, file.Path),
            .. Twice(options, keys, file.Path),
        ];
        return mistakes.Length == 0
            ? new KeyTable(own.Concat(keys.Select(pair => pair.Value.Spec(pair.Key, $"{file.Path}:{pair.Key}"))))
            : throw new InvalidOptionsException([.. mistakes.Distinct()]);
    }

    private static IEnumerable<OptionMistake> Twice(HttpOptions options, Dictionary<string, KeyOptions> keys, string path)
    {
        foreach (var (name, key) in keys)
        {
            if (options.Keys.Keys.Contains(name, StringComparer.OrdinalIgnoreCase))
                yield return new OptionMistake($"{path}:{name}", null, $"{Section} has a key of that name too");
            if (KeyHash.TryParse(key.Hash) is { } hash && options.Keys.Values.Any(own => KeyHash.TryParse(own.Hash)?.Matches(hash) == true))
                yield return new OptionMistake($"{path}:{name}:Hash", null, $"a key of {Section} has the same");
        }
    }
}
