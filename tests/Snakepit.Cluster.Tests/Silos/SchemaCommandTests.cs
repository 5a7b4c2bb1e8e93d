using System.Text.Json.Nodes;
using Snakepit.TestKit;
using Snakepit.TestKit.Clusters;

namespace Snakepit.Cluster.Tests.Silos;

public sealed class SchemaCommandTests(SharedPostgres postgres) : IAsyncLifetime
{
    /// <summary>Every row that an init writes, with the transaction that wrote it.</summary>
    private const string Traces =
        "SELECT xmin, * FROM snakepit_schema ORDER BY Version; SELECT xmin, QueryKey FROM OrleansQuery ORDER BY QueryKey";

    private PostgresServer _server = null!;
    private string _database = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await postgres.ServerAsync();
        _database = await _server.CreateDatabaseAsync();
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Status_says_what_is_missing_before_an_init_and_nothing_after_it()
    {
        var (before, missing, _) = await DbAsync("status", "--json");
        var (init, _, _) = await DbAsync("init");
        var (after, nothing, _) = await DbAsync("status", "--json");

        Assert.Equal((1, 0, 0), (before, init, after));
        Assert.Equal(("empty", 0), (State(missing), Version(missing)));
        Assert.Equal(["001 membership", "002 reminders", "003 storage"], Missing(missing));
        Assert.Equal(("current", 3), (State(nothing), Version(nothing)));
        Assert.Empty(Missing(nothing));
    }

    [Fact]
    public async Task Ten_inits_at_once_all_succeed_and_one_of_them_does_the_work()
    {
        var runs = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => DbAsync("init", "--json")));

        Assert.All(runs, run => Assert.Equal((0, ""), (run.Code, run.Errors)));
        Assert.Single(runs, run => JsonNode.Parse(run.Output)!["applied"]!.AsArray().Count > 0);
    }

    [Fact]
    public async Task A_second_init_changes_nothing()
    {
        await DbAsync("init");
        var first = await _server.SqlAsync(_database, Traces);

        var (code, _, _) = await DbAsync("init");

        Assert.Equal(0, code);
        Assert.Equal(first, await _server.SqlAsync(_database, Traces));
    }

    [Fact]
    public async Task The_printed_sql_makes_the_same_schema_and_runs_twice()
    {
        var (_, sql, _) = await SnakepitCommand.RunAsync("db", "init", "--print");

        await _server.SqlAsync(_database, sql);
        await _server.SqlAsync(_database, sql);

        var (code, status, _) = await DbAsync("status", "--json");
        Assert.Equal((0, "current"), (code, State(status)));
    }

    [Fact]
    public async Task Older_tables_are_upgraded_by_upgrade_and_not_by_init()
    {
        await DbAsync("init");
        await _server.SqlAsync(
            _database, "DELETE FROM snakepit_schema WHERE Version > 1; DROP TABLE OrleansRemindersTable, OrleansStorage");

        var (init, advice, _) = await DbAsync("init");
        var (upgrade, done, _) = await DbAsync("upgrade", "--json");

        Assert.Equal((1, 0), (init, upgrade));
        Assert.Contains("run 'snakepit db upgrade'", advice, StringComparison.Ordinal);
        Assert.Equal("current", State(done));
        Assert.Equal("0", await _server.SqlAsync(_database, "SELECT count(*) FROM OrleansRemindersTable, OrleansStorage"));
    }

    [Fact]
    public async Task The_configuration_names_the_database_too()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, _server.ConnectionString(_database) + "\n");

        var (code, _, errors) = await SnakepitCommand.RunAsync(
            "db", "init", "--Snakepit:Cluster:Provider=postgres", $"--Snakepit:Cluster:ConnectionStringFile={file}");

        File.Delete(file);
        Assert.Equal((0, ""), (code, errors));
    }

    [Fact]
    public async Task Without_a_database_in_the_configuration_the_command_says_how_to_name_one()
    {
        var (code, _, errors) = await SnakepitCommand.RunAsync("db", "status");

        Assert.Equal(2, code);
        Assert.Contains("set Snakepit:Cluster:Provider to postgres", errors, StringComparison.Ordinal);
    }

    private Task<(int Code, string Output, string Errors)> DbAsync(string command, params string[] more) =>
        SnakepitCommand.RunAsync(["db", command, "--connection", _server.ConnectionString(_database), .. more]);

    private static string State(string json) => JsonNode.Parse(json)!["state"]!.GetValue<string>();

    private static int Version(string json) => JsonNode.Parse(json)!["version"]!.GetValue<int>();

    private static string[] Missing(string json) =>
        [.. JsonNode.Parse(json)!["missing"]!.AsArray().Select(name => name!.GetValue<string>())];
}
