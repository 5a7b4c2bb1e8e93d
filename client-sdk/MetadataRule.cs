using System.Buffers;
using System.Text;
using Snakepit.Errors;

namespace Snakepit.Client;

/// <summary>
/// What may be in <see cref="ToolCallOptions.Metadata"/>. HTTP headers carry it too, so a name is what every proxy lets pass.
/// </summary>
internal static class MetadataRule
{
    /// <summary>Entries of one call, at most.</summary>
    public const int MostEntries = 32;

    /// <summary>Characters of a name, at most.</summary>
    public const int LongestName = 64;

    /// <summary>Characters (UTF-16 code units) of a value, at most.</summary>
    public const int LongestValue = 1024;

    private static readonly SearchValues<char> NameCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.");

    /// <summary>A copy of the entries, which the caller may change while the call is out; null when there is none.</summary>
    /// <exception cref="SnakepitException">There are too many of them, or one of them cannot travel.</exception>
    public static IReadOnlyDictionary<string, string>? Checked(IReadOnlyDictionary<string, string>? metadata)
    {
        if (metadata is not { Count: > 0 })
            return null;
        if (metadata.Count > MostEntries)
            throw Invalid($"The call has {metadata.Count} entries of metadata; {MostEntries} are allowed.");
        var copy = new Dictionary<string, string>(metadata.Count, StringComparer.Ordinal);
        foreach (var (name, value) in metadata)
        {
            CheckName(name);
            CheckValue(name, value);
            copy.Add(name, value);
        }

        return copy;
    }

    private static void CheckName(string name)
    {
        if (name.Length is 0 or > LongestName)
            throw Invalid($"A name in the metadata has {name.Length} characters; it needs 1 to {LongestName}.");
        if (name.AsSpan().ContainsAnyExcept(NameCharacters))
        {
            var wrong = name.AsSpan().IndexOfAnyExcept(NameCharacters);
            throw Invalid(
                $"Character {wrong + 1} of a name in the metadata is U+{(int)name[wrong]:X4}; "
                + "a name has ASCII letters, digits, '-', '_' and '.'.");
        }
    }

    private static void CheckValue(string name, string? value)
    {
        if (value is null)
            throw Invalid($"The value of '{name}' in the metadata is null; pass an empty text or leave the entry out.");
        if (value.Length > LongestValue)
            throw Invalid($"The value of '{name}' in the metadata has {value.Length} characters; {LongestValue} are allowed.");
        for (var at = 0; at < value.Length;)
        {
            var isText = Rune.TryGetRuneAt(value, at, out var rune);
            if (!isText || Rune.IsControl(rune))
            {
                throw Invalid(
                    $"Character {at + 1} of the value of '{name}' in the metadata is U+{(int)value[at]:X4}; a value has no control "
                    + "characters and no halves of surrogate pairs.");
            }

            at += rune.Utf16SequenceLength;
        }
    }

    private static SnakepitException Invalid(string message) => new(SnakepitErrorCode.InvalidRequest, message);
}
