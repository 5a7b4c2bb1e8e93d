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
public sealed record AdapterNeeds(string Folder, NeedsFile File)
{
    private static readonly (NeedsFile File, string Name)[] Order =
    [
        (NeedsFile.Lock, "uv.lock"), (NeedsFile.Project, "pyproject.toml"), (NeedsFile.Requirements, "requirements.txt"),
    ];

    /// <summary>Full path of the file.</summary>
    public string Path => System.IO.Path.Combine(Folder, Order.Single(each => each.File == File).Name);

    /// <summary>All of the files that count: the lock belongs to a project.</summary>
    public IReadOnlyList<string> Files => File == NeedsFile.Lock ? [(this with { File = NeedsFile.Project }).Path, Path] : [Path];

    /// <summary>Null for a folder that has none of the files.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="hasUv">Without uv the project file counts, and versions are what the index has.</param>
    public static AdapterNeeds? Find(string folder, bool hasUv) => Order
        .Select(each => new AdapterNeeds(folder, each.File))
        .FirstOrDefault(needs => needs.Files.All(System.IO.File.Exists) && (needs.File != NeedsFile.Lock || hasUv));
}
