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

    private delegate Task<int> Act(DatabaseConnection connection, SchemaMigrator migrator, bool json, CancellationToken cancellationToken);

    public static Command Create() => new("db", "Make, compare and upgrade the tables of a cluster on PostgreSQL.")
    {
        Create("init", "Make the tables. Changes nothing where they are.", InitializeAsync, prints: true),
        Create("status", "Compare the tables with what this program needs; exit code 0 when they fit, 1 when not.", StatusAsync, prints: false),
        Create("upgrade", "Bring older tables to the version that this program needs.", UpgradeAsync, prints: true),
    };

    private static Command Create(string name, string description, Act act, bool prints)
    {
        var config = new Option<string?>("--config") { Description = "JSON file with the section Snakepit", HelpName = "FILE" };
        var connection = new Option<string?>("--connection")
        {
            Description = "Connection string to use instead of the configuration's",
            HelpName = "STRING",
        };
        var print = new Option<bool>("--print") { Description = "Print the SQL for psql instead of running it" };
        var json = new Option<bool>("--json") { Description = "Print the result as JSON" };
        var help = $"{description} Options of the configuration may follow as --Snakepit:Name=value.";
        var command = new Command(name, help) { config, connection, json };
        if (prints)
            command.Add(print);
        command.TreatUnmatchedTokensAsErrors = false;
        command.SetAction(async (result, cancellationToken) =>
        {
            if (prints && result.GetValue(print))
            {
                Console.Write(SchemaScripts.Print());
                return ExitCodes.Ok;
            }

            return await RunAsync(
                result.GetValue(config), result.GetValue(connection), result.UnmatchedTokens, act, result.GetValue(json), cancellationToken);
        });
        return command;
    }

    private static async Task<int> RunAsync(
        string? config, string? connection, IReadOnlyList<string> arguments, Act act, bool json, CancellationToken cancellationToken)
    {
        try
        {
            var database = connection is null
                ? Configured(config, arguments)
                : DatabaseConnection.Of(connection, "--connection", connections: 1);
            await using var pool = database.Open();
            return await act(database, new SchemaMigrator(pool), json, cancellationToken);
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
                "The configuration names no database: set Snakepit:Cluster:Provider to postgres and a connection string, or use --connection.");
    }

    private static async Task<int> InitializeAsync(
        DatabaseConnection connection, SchemaMigrator migrator, bool json, CancellationToken cancellationToken)
    {
        var change = await DatabaseCheck.AskAsync(connection, migrator.InitializeAsync, cancellationToken);
        return Report(connection, change, json);
    }

    private static async Task<int> UpgradeAsync(
        DatabaseConnection connection, SchemaMigrator migrator, bool json, CancellationToken cancellationToken)
    {
        var change = await DatabaseCheck.AskAsync(connection, migrator.UpgradeAsync, cancellationToken);
        return Report(connection, change, json);
    }

    private static async Task<int> StatusAsync(
        DatabaseConnection connection, SchemaMigrator migrator, bool json, CancellationToken cancellationToken)
    {
        var state = await DatabaseCheck.ReadAsync(connection, migrator, cancellationToken);
        return Report(connection, new SchemaChange(state, []), json);
    }

    private static int Report(DatabaseConnection connection, SchemaChange change, bool json)
    {
        var state = change.Now;
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(
                new
                {
                    State = JsonNamingPolicy.CamelCase.ConvertName(state.Fit.ToString()),
                    state.Version,
                    Needed = SchemaScripts.Newest,
                    Missing = Names(state.Missing),
                    Applied = Names(change.Ran),
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
        }

        return state.Fit == SchemaFit.Current ? ExitCodes.Ok : ExitCodes.Failed;
    }

    private static string[] Names(IEnumerable<SchemaScript> scripts) => [.. scripts.Select(script => script.ToString())];
}
