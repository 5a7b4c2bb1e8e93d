using System.Text.Json.Nodes;
using Snakepit.TestKit;
using Snakepit.TestKit.Clusters;

namespace Snakepit.Cluster.Tests.Silos;

/// <summary>The read-only role of frontends that <c>snakepit db init</c> makes.</summary>
public sealed class GatewaysRoleTests(SharedPostgres postgres) : IAsyncLifetime
{
    private PostgresServer _server = null!;
    private string _database = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await postgres.ServerAsync();
        _database = await _server.CreateDatabaseAsync();
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Init_makes_a_role_that_cannot_log_in_and_names_the_grant()
    {
        var role = Name();

        var (code, output, errors) = await InitAsync("postgres", role);

        Assert.Equal((0, ""), (code, errors));
        Assert.Contains($"GRANT \"{role}\" TO <user>;", output, StringComparison.Ordinal);
        Assert.Equal("f", await _server.SqlAsync(_database, $"SELECT rolcanlogin FROM pg_roles WHERE rolname = '{role}'"));
    }

    [Fact]
    public async Task Inits_of_several_databases_at_once_make_one_role()
    {
        var role = Name();
        string[] databases = [_database, await _server.CreateDatabaseAsync(), await _server.CreateDatabaseAsync()];

        var runs = await Task.WhenAll(databases.Concat(databases).Select(database => InitAsync("postgres", role, database, "--json")));

        Assert.All(runs, run => Assert.Equal((0, "", true), (run.Code, run.Errors, IsReady(run.Output))));
    }

    [Fact]
    public async Task Without_the_right_to_make_roles_init_makes_the_tables_and_prints_what_an_administrator_runs()
    {
        var (role, user) = (Name(), $"owner_{Guid.NewGuid():N}");
        await _server.SqlAsync(
            _database, $"CREATE ROLE {user} LOGIN PASSWORD '{_server.Password}'; ALTER DATABASE {_database} OWNER TO {user}");

        var (code, before, errors) = await InitAsync(user, role, _database, "--json");
        await _server.SqlAsync(_database, string.Join('\n', Statements(before)));
        var (second, after, _) = await InitAsync(user, role, _database, "--json");

        Assert.Equal((0, 0, ""), (code, second, errors));
        Assert.Equal((false, true), (IsReady(before), IsReady(after)));
        Assert.Equal($"CREATE ROLE \"{role}\" NOLOGIN;", Statements(before)[0]);
        Assert.Empty(Statements(after));
    }

    [Fact]
    public async Task A_name_with_quotes_is_a_name()
    {
        var role = $"it's \"100%\" {Guid.NewGuid():N}";

        var (code, output, errors) = await InitAsync("postgres", role, _database, "--json");

        Assert.Equal((0, "", true), (code, errors, IsReady(output)));
    }

    [Theory]
    [InlineData("pg_frontends")]
    [InlineData("a_name_that_is_longer_than_the_sixty_three_bytes_that_are_allowed_x")]
    public async Task A_name_that_postgres_would_refuse_is_refused_before(string role)
    {
        var (code, _, errors) = await InitAsync("postgres", role);

        Assert.Equal(2, code);
        Assert.Contains($"--gateways-role is '{role}'; expected", errors, StringComparison.Ordinal);
    }

    private static string Name() => $"gateways_{Guid.NewGuid():N}";

    private static JsonNode Role(string json) => JsonNode.Parse(json)!["gatewaysRole"]!;

    private static bool IsReady(string json) => Role(json)["isReady"]!.GetValue<bool>();

    private static string[] Statements(string json) =>
        [.. Role(json)["statements"]!.AsArray().Select(statement => statement!.GetValue<string>())];

    private Task<(int Code, string Output, string Errors)> InitAsync(
        string user, string role, string? database = null, params string[] more)
    {
        var connection = _server.ConnectionString(database ?? _database)
            .Replace("Username=postgres", $"Username={user}", StringComparison.Ordinal);
        return SnakepitCommand.RunAsync(["db", "init", "--connection", connection, "--gateways-role", role, .. more]);
    }
}
