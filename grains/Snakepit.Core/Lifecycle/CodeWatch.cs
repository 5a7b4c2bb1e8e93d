namespace Snakepit.Core.Lifecycle;

/// <summary>What shows that a file has changed.</summary>
/// <param name="Written">Time of its last change.</param>
/// <param name="Bytes">Its size.</param>
public readonly record struct FileStamp(long Written, long Bytes);

/// <summary>
/// Finds out from repeated looks whether the files of a program have changed. It waits until two looks in a row are equal: an editor or a
/// checkout writes several files, and workers should not read half of them.
/// </summary>
/// <param name="files">The files that the workers have read, by path.</param>
public sealed class CodeWatch(IReadOnlyDictionary<string, FileStamp> files)
{
    private IReadOnlyDictionary<string, FileStamp> _read = files;
    private IReadOnlyDictionary<string, FileStamp> _seen = files;

    /// <summary>The next look.</summary>
    /// <returns>The files that were added, changed or removed, when they have come to rest; each change once.</returns>
    public IReadOnlyList<string> Look(IReadOnlyDictionary<string, FileStamp> now)
    {
        var isAtRest = Differences(_seen, now).Count == 0;
        _seen = now;
        if (!isAtRest)
            return [];
        var changed = Differences(_read, now);
        _read = now;
        return changed;
    }

    private static List<string> Differences(
        IReadOnlyDictionary<string, FileStamp> before, IReadOnlyDictionary<string, FileStamp> after) =>
    [
        .. before.Keys.Union(after.Keys)
            .Where(file => !before.TryGetValue(file, out var old) || !after.TryGetValue(file, out var now) || old != now)
            .Order(StringComparer.Ordinal),
    ];
}
