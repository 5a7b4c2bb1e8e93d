using Npgsql;

namespace Snakepit.Hosting.Database;

/// <summary>
/// The group role of frontends that find their gateways in the database. It cannot log in; an administrator grants it to users who can. It
/// reads the two tables that Orleans' gateway list provider asks (10.4.2: the query of the key GatewaysQueryKey), and nothing else.
/// </summary>
/// <param name="name">Name of the role, as written; quoted in SQL.</param>
internal sealed class GatewaysRole(string name)
{
    public const string DefaultName = "snakepit_gateways";

    private const int LongestName = 63;

    private static readonly string[] Tables = ["OrleansQuery", "OrleansMembershipTable"];

    /// <summary>Name of the role.</summary>
    public string Name => name;

    /// <summary>What PostgreSQL would refuse in the name, as a sentence; null when nothing.</summary>
    public string? Mistake => name.Length is 0 or > LongestName || name.StartsWith("pg_", StringComparison.Ordinal)
        ? $"--gateways-role is '{name}'; expected 1 to {LongestName} characters that do not begin with pg_."
        : null;

    /// <summary>What an administrator runs when the user of <c>db init</c> lacks the right to.</summary>
    /// <param name="schema">The schema of the tables.</param>
    public IReadOnlyList<string> Statements(string schema) =>
    [
        $"CREATE ROLE {Quoted} NOLOGIN;",
        $"GRANT USAGE ON SCHEMA {Quote(schema)} TO {Quoted};",
        $"GRANT SELECT ON {string.Join(", ", Tables.Select(table => $"{Quote(schema)}.{table}"))} TO {Quoted};",
    ];

    /// <summary>
    /// Makes the role and grants it what it lacks, as one statement for a transaction that holds <see cref="SchemaScripts.Lock"/>; a second
    /// run changes nothing. Lack of the right to is a warning and no error, so that the tables stay. Roles belong to the server, so another
    /// database's init may make the same one at the same moment.
    /// </summary>
    public string Script => $"""
        DO $role$
        BEGIN
            IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = {Literal}) THEN
                BEGIN
                    CREATE ROLE {Quoted} NOLOGIN;
                EXCEPTION WHEN duplicate_object OR unique_violation THEN
                    NULL;
                END;
            END IF;
            IF NOT has_schema_privilege({Literal}, current_schema(), 'USAGE') THEN
                EXECUTE format('GRANT USAGE ON SCHEMA %I TO {EscapedInText}', current_schema());
            END IF;
            IF NOT ({Reads}) THEN
                GRANT SELECT ON {string.Join(", ", Tables)} TO {Quoted};
            END IF;
        EXCEPTION WHEN insufficient_privilege THEN
            RAISE WARNING 'The role of frontends is not made: %', SQLERRM;
        END
        $role$;
        """;

    /// <summary>Whether the role is there and may read what it needs, and the schema of the tables.</summary>
    /// <exception cref="NpgsqlException">The database cannot be asked.</exception>
    public async Task<(bool IsReady, string Schema)> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"SELECT CASE WHEN EXISTS (SELECT FROM pg_roles WHERE rolname = {Literal}) "
            + $"THEN has_schema_privilege({Literal}, current_schema(), 'USAGE') AND {Reads} ELSE false END, current_schema()",
            connection);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        await row.ReadAsync(cancellationToken);
        return (row.GetBoolean(0), row.GetString(1));
    }

    private string Quoted => Quote(name);

    private string Literal => $"'{name.Replace("'", "''", StringComparison.Ordinal)}'";

    /// <summary>The quoted name inside a text of SQL that is also a format.</summary>
    private string EscapedInText =>
        Quoted.Replace("'", "''", StringComparison.Ordinal).Replace("%", "%%", StringComparison.Ordinal);

    private string Reads => string.Join(" AND ", Tables.Select(table => $"has_table_privilege({Literal}, '{table}', 'SELECT')"));

    private static string Quote(string identifier) => $"\"{identifier.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
