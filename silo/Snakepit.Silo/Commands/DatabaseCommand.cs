using System.CommandLine;
using System.Text.Json;
using Snakepit.Core.Configuration;
using Snakepit.Core.Options;
using Snakepit.Hosting.Database;
using Snakepit.Hosting.Failures;
using Snakepit.Silo.Serving;

namespace Snakepit.Silo.Commands;

/// <summary><c>snakepit db</c>: makes, compares and upgrades the tables that a cluster on PostgreSQL needs.</summary>
internal static class DatabaseCommand
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private delegate Task<int> Act(DatabaseConnection connection, SchemaMigrator migrator, Wish wish, CancellationToken cancellationToken);

    public static Command Create()
    {
        var command = new Command("db", "Make, compare and upgrade the tables of a cluster on PostgreSQL.")
        {
            Create(
                "init",
                "Make the tables, and the role of frontends. Changes nothing where they are.",
                InitializeAsync,
                prints: true,
                role: true),
            Create(
                "status",
                "Compare the tables with what this program needs; exit code 0 when they fit, 1 when not.",
                StatusAsync,
                prints: false),
            Create("upgrade", "Bring older tables to the version that this program needs.", UpgradeAsync, prints: true),
        };
        Examples.Add(
            command,
            ("snakepit db status", "do the tables fit this program?"),
            ("snakepit db init --print", "the SQL, for an administrator"));
        return command;
    }

    private static Command Create(string name, string description, Act act, bool prints, bool role = false)
    {
        var config = ConfigFile.Option();
        var connection = new Option<string?>("--connection")
        {
            Description = "Connection string to use instead of the configuration's",
            HelpName = "STRING",
        };
        var print = new Option<bool>("--print") { Description = "Print the SQL for psql instead of running it" };
        var json = new Option<bool>("--json") { Description = "Print the result as JSON" };
        var help = $"{description} Options of the configuration may follow as --Snakepit:Name=value.";
        var command = new Command(name, help) { config, connection, json };
        var gateways = new Option<string>("--gateways-role")
        {
            Description = "Name of the read-only role of frontends that find their gateways in the database; empty for none",
            HelpName = "NAME",
            DefaultValueFactory = _ => GatewaysRole.DefaultName,
        };
        if (prints)
            command.Add(print);
        if (role)
            command.Add(gateways);
        command.TreatUnmatchedTokensAsErrors = false;
        Examples.Add(
            command,
            ($"snakepit db {name}", "with the connection of the snakepit.json here"),
            ($"snakepit db {name} --connection 'Host=db;Database=snakepit' --json", "with another one"));
        command.SetAction(async (result, cancellationToken) =>
        {
            var wish = new Wish(
                result.GetValue(json), role && result.GetValue(gateways) is { Length: > 0 } wanted ? new GatewaysRole(wanted) : null);
            if (wish.Role?.Mistake is { } mistake)
            {
                await Console.Error.WriteLineAsync($"snakepit: {mistake}");
                return ExitCodes.BadConfiguration;
            }

            if (prints && result.GetValue(print))
            {
                Console.Write(SchemaScripts.Print(wish.Role));
                return ExitCodes.Ok;
            }

            return await RunAsync(
                result.GetValue(config), result.GetValue(connection), result.UnmatchedTokens, act, wish, cancellationToken);
        });
        return command;
    }

    private static async Task<int> RunAsync(
        string? config, string? connection, IReadOnlyList<string> arguments, Act act, Wish wish, CancellationToken cancellationToken)
    {
        try
        {
            var database = connection is null
                ? Configured(config, arguments)
                : DatabaseConnection.Of(connection, "--connection", connections: 1);
            await using var pool = database.Open();
            return await act(database, new SchemaMigrator(pool), wish, cancellationToken);
        }
        catch (Exception error) when (error is StartupException or InvalidOptionsException)
        {
            await Console.Error.WriteLineAsync($"snakepit: {error.Message}");
            return ExitCodes.BadConfiguration;
        }
    }

    private static DatabaseConnection Configured(string? config, IReadOnlyList<string> arguments)
    {
        var configuration = SiloConfiguration.Read(config, arguments);
        var cluster = configuration.Options(needsPools: false).Cluster;
        return cluster.Provider == ClusterProvider.Postgres
            ? DatabaseConnection.Of(cluster, configuration.Root)
            : throw new StartupException(
                "The configuration names no database: "
                    + "set Snakepit:Cluster:Provider to postgres and a connection string, or use --connection.");
    }

    private static async Task<int> InitializeAsync(
        DatabaseConnection connection, SchemaMigrator migrator, Wish wish, CancellationToken cancellationToken)
    {
        var change = await DatabaseCheck.AskAsync(connection, migrator.InitializeAsync, cancellationToken);
        if (wish.Role is not { } role || change.Now.Fit != SchemaFit.Current)
            return Report(connection, change, wish);
        var (isReady, schema) = await DatabaseCheck.AskAsync(connection, cancel => migrator.MakeRoleAsync(role, cancel), cancellationToken);
        return Report(connection, change, wish, new RoleReport(role.Name, isReady, isReady ? [] : role.Statements(schema)));
    }

    private static async Task<int> UpgradeAsync(
        DatabaseConnection connection, SchemaMigrator migrator, Wish wish, CancellationToken cancellationToken)
    {
        var change = await DatabaseCheck.AskAsync(connection, migrator.UpgradeAsync, cancellationToken);
        return Report(connection, change, wish);
    }

    private static async Task<int> StatusAsync(
        DatabaseConnection connection, SchemaMigrator migrator, Wish wish, CancellationToken cancellationToken)
    {
        var state = await DatabaseCheck.ReadAsync(connection, migrator, cancellationToken);
        return Report(connection, new SchemaChange(state, []), wish);
    }

    private static int Report(DatabaseConnection connection, SchemaChange change, Wish wish, RoleReport? role = null)
    {
        var state = change.Now;
        if (wish.Json)
        {
            Console.WriteLine(JsonSerializer.Serialize(
                new
                {
                    State = JsonNamingPolicy.CamelCase.ConvertName(state.Fit.ToString()),
                    state.Version,
                    Needed = SchemaScripts.Newest,
                    Missing = Names(state.Missing),
                    Applied = Names(change.Ran),
                    GatewaysRole = role,
                },
                Json));
        }
        else
        {
            foreach (var script in change.Ran)
                Console.WriteLine($"applied {script}");
            Console.WriteLine(DatabaseCheck.Flaw(state, connection)
                ?? $"{DatabaseCheck.Tables(state, connection)}, which this program needs.");
            if (state.Fit != SchemaFit.Current && state.Missing.Count > 0)
                Console.WriteLine($"missing: {string.Join(", ", state.Missing)}");
            if (role is not null)
                Tell(role);
        }

        return state.Fit == SchemaFit.Current ? ExitCodes.Ok : ExitCodes.Failed;
    }

    private static void Tell(RoleReport role)
    {
        if (role.IsReady)
        {
            Console.WriteLine($"Frontends may find gateways here as members of the role '{role.Name}': GRANT \"{role.Name}\" TO <user>;");
            return;
        }

        Console.WriteLine($"The role '{role.Name}' of frontends is not complete, and this user may not make it. An administrator runs:");
        foreach (var statement in role.Statements)
            Console.WriteLine($"  {statement}");
    }

    private static string[] Names(IEnumerable<SchemaScript> scripts) => [.. scripts.Select(script => script.ToString())];

    /// <summary>What the command line asks for beside the action itself.</summary>
    private sealed record Wish(bool Json, GatewaysRole? Role);

    private sealed record RoleReport(string Name, bool IsReady, IReadOnlyList<string> Statements);
}
