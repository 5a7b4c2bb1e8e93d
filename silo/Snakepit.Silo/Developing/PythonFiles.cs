using Snakepit.Core.Lifecycle;

namespace Snakepit.Silo.Developing;

/// <summary>
/// Looks at the Python files of folders. A look at their times needs no watches of the system, which containers and network folders do not
/// have, and costs less than a millisecond for the files of an adapter.
/// </summary>
internal static class PythonFiles
{
    /// <summary>A folder with more is no adapter.</summary>
    public const int Most = 5000;

    private const string Pattern = "*.py";

    /// <summary>Folders of packages that others have made.</summary>
    private static readonly string[] Foreign = ["__pycache__", "node_modules", "site-packages"];

    /// <summary>The first 5000 files, with their stamps.</summary>
    public static IReadOnlyDictionary<string, FileStamp> Look(IEnumerable<string> folders)
    {
        var files = new Dictionary<string, FileStamp>(StringComparer.Ordinal);
        foreach (var file in folders.SelectMany(Find).Take(Most))
        {
            if (Stamp(file) is { } stamp)
                files[file.FullName] = stamp;
        }

        return files;
    }

    /// <summary>Null for a file that has just gone.</summary>
    private static FileStamp? Stamp(FileInfo file)
    {
        try
        {
            return new FileStamp(file.LastWriteTimeUtc.Ticks, file.Length);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    private static IEnumerable<FileInfo> Find(string folder)
    {
        var waiting = new Stack<DirectoryInfo>([new DirectoryInfo(folder)]);
        while (waiting.TryPop(out var next))
        {
            // An editor's own files have names with a dot.
            foreach (var file in Entries(() => next.GetFiles(Pattern)).Where(file => !file.Name.StartsWith('.')))
                yield return file;
            foreach (var inner in Entries(() => next.GetDirectories()).Where(IsOwn))
                waiting.Push(inner);
        }
    }

    /// <summary>None for a folder that has just gone.</summary>
    private static T[] Entries<T>(Func<T[]> list)
    {
        try
        {
            return list();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private static bool IsOwn(DirectoryInfo folder) =>
        !folder.Name.StartsWith('.')
        && !Foreign.Contains(folder.Name)
        && folder.LinkTarget is null // a circle of links would have no end
        && !File.Exists(Path.Combine(folder.FullName, "pyvenv.cfg"));
}
