using System.Globalization;
using System.Reflection;
using System.Text;

namespace Snakepit.Hosting.Database;

/// <summary>One numbered step of the schema.</summary>
/// <param name="Version">The schema has this version after the step.</param>
/// <param name="Name">What the step is about.</param>
/// <param name="Text">SQL that does no harm when it runs a second time.</param>
internal sealed record SchemaScript(int Version, string Name, string Text)
{
    public override string ToString() => $"{Version:000} {Name}";
}

/// <summary>The schema as numbered scripts, embedded in this program. A published script never changes; a change is a new one.</summary>
internal static class SchemaScripts
{
    /// <summary>
    /// A process that changes the schema holds this advisory lock until its transaction ends, so that any number of silos may start
    /// together. The number is the word "snakepit" in ASCII; no other program should use it.
    /// </summary>
    public const long Lock = 0x736E_616B_6570_6974;

    public const string VersionTable = """
        CREATE TABLE IF NOT EXISTS snakepit_schema
        (
            Version   integer     PRIMARY KEY,
            Name      text        NOT NULL,
            AppliedAt timestamptz NOT NULL DEFAULT now()
        );
        """;

    public static IReadOnlyList<SchemaScript> All { get; } = Read();

    /// <summary>The version that this program needs.</summary>
    public static int Newest => All[^1].Version;

    /// <summary>Runs one script and notes it.</summary>
    public static string Step(SchemaScript script) => $"""
        {script.Text.TrimEnd()}

        INSERT INTO snakepit_schema (Version, Name) VALUES ({script.Version}, '{script.Name}') ON CONFLICT DO NOTHING;
        """;

    /// <summary>The whole schema as one transaction for psql; a second run changes nothing.</summary>
    /// <param name="role">The role of frontends, made after the tables; null for none.</param>
    public static string Print(GatewaysRole? role)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"-- Schema of snakepit, version {Newest}.");
        text.AppendLine("-- Run it with psql -v ON_ERROR_STOP=1; a second run changes nothing.");
        text.AppendLine("BEGIN;");
        text.AppendLine(CultureInfo.InvariantCulture, $"SELECT pg_advisory_xact_lock({Lock});");
        text.AppendLine().AppendLine(VersionTable);
        foreach (var script in All)
            text.AppendLine().AppendLine(Step(script));
        if (role is not null)
            text.AppendLine().AppendLine("-- The role of frontends; who may not make roles gets a warning.").AppendLine(role.Script);
        text.AppendLine().AppendLine("COMMIT;");
        return text.ToString();
    }

    private static SchemaScript[] Read()
    {
        var assembly = Assembly.GetExecutingAssembly();
        return
        [
            .. from resource in assembly.GetManifestResourceNames()
               where resource.EndsWith(".sql", StringComparison.Ordinal)
               orderby resource
               let parts = Path.GetFileNameWithoutExtension(resource).Split('_', 2)
               select new SchemaScript(int.Parse(parts[0], CultureInfo.InvariantCulture), parts[1], Text(assembly, resource)),
        ];
    }

    private static string Text(Assembly assembly, string resource)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
        return reader.ReadToEnd();
    }
}
