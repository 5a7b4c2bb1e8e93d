namespace Snakepit.Hosting.Database;

/// <summary>Which schema a database has, compared with the one that this program needs.</summary>
/// <param name="Applied">Versions that the database has, in order.</param>
internal sealed record SchemaState(IReadOnlyList<int> Applied)
{
    /// <summary>0 when the database has no tables of ours.</summary>
    public int Version => Applied.Count == 0 ? 0 : Applied[^1];

    public IReadOnlyList<SchemaScript> Missing => [.. SchemaScripts.All.Where(script => !Applied.Contains(script.Version))];

    public SchemaFit Fit => this switch
    {
        { Version: 0 } => SchemaFit.Empty,
        _ when Version > SchemaScripts.Newest => SchemaFit.Newer,
        { Missing.Count: > 0 } => SchemaFit.Older,
        _ => SchemaFit.Current,
    };
}

/// <summary>Whether this program can work with a database.</summary>
internal enum SchemaFit
{
    Empty,
    Older,
    Current,
    Newer,
}
