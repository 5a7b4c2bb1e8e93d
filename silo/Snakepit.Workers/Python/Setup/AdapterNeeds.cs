using System.Text.RegularExpressions;

namespace Snakepit.Workers.Python.Setup;

/// <summary>The file in which an adapter's folder says which packages its tools need.</summary>
public enum NeedsFile
{
    /// <summary><c>requirements.txt</c>.</summary>
    Requirements,

    /// <summary><c>pyproject.toml</c>: its dependencies. The adapter itself is found by the search path of its pool.</summary>
    Project,

    /// <summary><c>uv.lock</c>, beside its <c>pyproject.toml</c>: exact versions. Only uv reads it.</summary>
    Lock,
}

/// <summary>What an adapter's folder says about its packages.</summary>
/// <param name="Folder">The folder.</param>
/// <param name="File">The file that counts.</param>
public sealed partial record AdapterNeeds(string Folder, NeedsFile File)
{
    private static readonly (NeedsFile File, string Name)[] Order =
    [
        (NeedsFile.Lock, "uv.lock"), (NeedsFile.Project, "pyproject.toml"), (NeedsFile.Requirements, "requirements.txt"),
    ];

    /// <summary>Full path of the file.</summary>
    public string Path => System.IO.Path.Combine(Folder, Order.Single(each => each.File == File).Name);

    /// <summary>All of the files that count: the lock belongs to a project.</summary>
    public IReadOnlyList<string> Files => File == NeedsFile.Lock ? [(this with { File = NeedsFile.Project }).Path, Path] : [Path];

    /// <summary>
    /// What was installed for these files is what they ask for now: they name no other files, folders, places or options, which may have
    /// changed.
    /// </summary>
    public bool IsSelfContained => File switch
    {
        NeedsFile.Requirements => System.IO.File.ReadLines(Path).All(line => IsPlain(Comment().Replace(line, "").Trim())),
        NeedsFile.Project => Has(ProjectTable()) && !Has(Elsewhere()),
        NeedsFile.Lock => !Has(LockedPath()),
        _ => throw new ArgumentOutOfRangeException(nameof(File), File, "Unknown file."),
    };

    /// <summary>
    /// Null for a folder that has none of the files. A project file may be there for tools alone: without a table <c>[project]</c> the
    /// requirements count before it, and without one of <c>[build-system]</c> too it counts for nothing.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <param name="hasUv">Without uv the project file counts, and versions are what the index has.</param>
    public static AdapterNeeds? Find(string folder, bool hasUv)
    {
        var found = Order.Select(each => new AdapterNeeds(folder, each.File))
            .Where(needs => needs.Files.All(System.IO.File.Exists) && (needs.File != NeedsFile.Lock || hasUv)).ToList();
        return found.FirstOrDefault(needs => needs.File != NeedsFile.Project || needs.Has(ProjectTable()))
            ?? found.FirstOrDefault(needs => needs.Has(BuildTable()));
    }

    private static bool IsPlain(string line) =>
        line.StartsWith("--hash=", StringComparison.Ordinal)
        || (!line.StartsWith('-') && !line.StartsWith('.') && line.IndexOfAny(['/', '$']) < 0 && !Archive().IsMatch(line));

    private bool Has(Regex what) => what.IsMatch(System.IO.File.ReadAllText(Path));

    [GeneratedRegex(@"(^|\s)#.*$")]
    private static partial Regex Comment();

    [GeneratedRegex(@"\.(whl|zip|tar|tgz)\b")]
    private static partial Regex Archive();

    [GeneratedRegex(@"^\s*(\[\s*""?project""?\s*[\].]|project\s*[.=])", RegexOptions.Multiline)]
    private static partial Regex ProjectTable();

    [GeneratedRegex(@"^\s*\[\s*""?build-system""?\s*\]", RegexOptions.Multiline)]
    private static partial Regex BuildTable();

    [GeneratedRegex(@"\bdynamic\b|file:|git\+")]
    private static partial Regex Elsewhere();

    /// <summary>The folder itself is not installed.</summary>
    [GeneratedRegex(@"\b(editable|directory|path) = ""(?!\."")")]
    private static partial Regex LockedPath();
}
