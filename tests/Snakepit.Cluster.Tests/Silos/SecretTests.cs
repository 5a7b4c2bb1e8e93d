using Snakepit.TestKit;
using Snakepit.TestKit.Clusters;

namespace Snakepit.Cluster.Tests.Silos;

/// <summary>The database's password stays between the silo and the database.</summary>
public sealed class SecretTests(SharedPostgres postgres)
{
    [Fact]
    public async Task No_log_answer_or_worker_has_the_password_at_any_log_level()
    {
        var server = await postgres.ServerAsync();
        var database = await server.CreateDatabaseAsync();
        var environment = new Dictionary<string, string?>
        {
            ["Snakepit__Cluster__Provider"] = "postgres",
            ["Snakepit__Cluster__ConnectionName"] = "Cluster",
            ["Snakepit__Cluster__InitializeDatabase"] = "true",
            ["ConnectionStrings__Cluster"] = server.ConnectionString(database),
            ["PGPASSWORD"] = server.Password,
            ["PGPASSFILE"] = $"/nowhere/{server.Password}",
            ["POSTGRESQLCONNSTR_Other"] = server.ConnectionString(database),
            ["Logging__LogLevel__Default"] = "Trace",
            ["Logging__LogLevel__Orleans"] = "Trace",
            ["Logging__LogLevel__Microsoft"] = "Trace",
            ["Logging__LogLevel__System"] = "Trace",
        };
        await using var silo = SiloUnderTest.Start([SiloUnderTest.Pool(size: 1)], environment: environment);
        await silo.UntilReadyAsync();

        var worker = Assert.Single(await silo.WorkerPidsAsync());
        var inherited = await File.ReadAllTextAsync($"/proc/{worker}/environ");
        var status = await silo.Http.GetStringAsync(new Uri("v1/status", UriKind.Relative));
        await silo.StopAsync(ClusterUnderTest.Limit);

        Assert.Contains("Orleans", silo.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(server.Password, silo.Output + status + inherited, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_explanation_of_a_configuration_does_not_have_it()
    {
        var (code, output, errors) = await SnakepitCommand.RunAsync(
            "config", "explain", "--Snakepit:Cluster:Provider=postgres", "--Snakepit:Cluster:ConnectionString=Host=db;Password=hidden-1",
            "--Snakepit:Pools:0:Name=default", "--Snakepit:Pools:0:AdapterModule=a.B");

        Assert.Equal((0, ""), (code, errors));
        Assert.DoesNotContain("hidden-1", output, StringComparison.Ordinal);
    }
}
